using System.Collections;
using System.Management.Automation;
using System.Reflection;

namespace CivicQ.Host.Binding;

/// <summary>One parameter of a cmdlet.</summary>
public sealed class ParameterDescription
{
    internal ParameterDescription(PropertyInfo property, bool isCommon)
    {
        Property = property;
        IsCommon = isCommon;
        var attributes = property.GetCustomAttributes(inherit: true);
        Aliases = [.. attributes.OfType<AliasAttribute>().SelectMany(alias => alias.AliasNames)];
        Validators = [.. attributes.OfType<ValidateArgumentsAttribute>()];
        Transformers = [.. attributes.OfType<ArgumentTransformationAttribute>()];
        AllowsNull = attributes.OfType<AllowNullAttribute>().Any();
        AllowsEmptyString = attributes.OfType<AllowEmptyStringAttribute>().Any();
        AllowsEmptyCollection = attributes.OfType<AllowEmptyCollectionAttribute>().Any();
        Roles = attributes.OfType<ParameterAttribute>().ToDictionary(
            parameter => parameter.ParameterSetName,
            parameter => new ParameterRole(
                parameter.Position == int.MinValue ? null : parameter.Position, parameter.Mandatory, parameter.ValueFromPipeline,
                parameter.ValueFromPipelineByPropertyName, parameter.ValueFromRemainingArguments, parameter.HelpMessage),
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The parameter's name: the property's.</summary>
    public string Name => Property.Name;

    /// <summary>The type that arguments are converted to.</summary>
    public Type Type => Property.PropertyType;

    /// <summary>Its other names.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>What it is in each parameter set; under <see cref="ParameterAttribute.AllParameterSets"/> for all of them.</summary>
    public IReadOnlyDictionary<string, ParameterRole> Roles { get; }

    /// <summary>Whether it is one of the common parameters, not the cmdlet's own.</summary>
    public bool IsCommon { get; }

    /// <summary>Whether it is a switch.</summary>
    public bool IsSwitch => Type == typeof(SwitchParameter);

    /// <summary>Whether it takes a list.</summary>
    public bool IsCollection => Type.IsArray || (Type != typeof(string) && typeof(IList).IsAssignableFrom(Type))
        || (Type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(Type) && !typeof(IDictionary).IsAssignableFrom(Type));

    /// <summary>The checks on its value.</summary>
    public IReadOnlyList<ValidateArgumentsAttribute> Validators { get; }

    internal PropertyInfo Property { get; }

    internal IReadOnlyList<ArgumentTransformationAttribute> Transformers { get; }

    internal bool AllowsNull { get; }

    internal bool AllowsEmptyString { get; }

    internal bool AllowsEmptyCollection { get; }

    /// <summary>What the parameter is in a set; null where it is not of that set.</summary>
    public ParameterRole? RoleIn(string set) =>
        Roles.TryGetValue(set, out var role) || Roles.TryGetValue(ParameterAttribute.AllParameterSets, out role) ? role : null;

    /// <summary>Whether the name or an alias equals the given one.</summary>
    public bool IsNamed(string name) => Same(Name, name) || Aliases.Any(alias => Same(alias, name));

    /// <summary>Whether the name or an alias begins so.</summary>
    public bool Begins(string prefix) =>
        Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) || Aliases.Any(alias => alias.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
