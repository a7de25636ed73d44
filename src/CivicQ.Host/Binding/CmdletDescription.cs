using System.Management.Automation;
using System.Reflection;

namespace CivicQ.Host.Binding;

/// <summary>A cmdlet as its attributes describe it.</summary>
public sealed class CmdletDescription
{
    private static readonly ParameterDescription[] Common = [.. Read(typeof(CommonArguments), isCommon: true)];
    private static readonly ParameterDescription[] ShouldProcess = [.. Read(typeof(ShouldProcessArguments), isCommon: true)];
    private readonly Lazy<IReadOnlyList<string>> outputTypes;

    /// <summary>Reads a cmdlet class.</summary>
    /// <exception cref="InvalidOperationException">The class has no <see cref="CmdletAttribute"/>.</exception>
    public CmdletDescription(Type type)
    {
        Type = type;
        var cmdlet = type.GetCustomAttribute<CmdletAttribute>(inherit: false)
            ?? throw new InvalidOperationException($"{type.FullName} is no cmdlet: it has no [Cmdlet].");
        Name = $"{cmdlet.VerbName}-{cmdlet.NounName}";
        DefaultParameterSet = string.IsNullOrEmpty(cmdlet.DefaultParameterSetName) ? null : cmdlet.DefaultParameterSetName;
        SupportsShouldProcess = cmdlet.SupportsShouldProcess;
        ConfirmImpact = cmdlet.ConfirmImpact;
        Parameters = [.. Read(type, isCommon: false), .. Common, .. SupportsShouldProcess ? ShouldProcess : []];
        ParameterSets = [.. Parameters.SelectMany(parameter => parameter.Roles.Keys)
            .Where(set => set != ParameterAttribute.AllParameterSets)
            .Concat(DefaultParameterSet is null or ParameterAttribute.AllParameterSets ? [] : [DefaultParameterSet])
            .Distinct(StringComparer.OrdinalIgnoreCase)];
        outputTypes = new Lazy<IReadOnlyList<string>>(
            () => [.. type.GetCustomAttributes<OutputTypeAttribute>().SelectMany(output => output.Type).Select(output => output.Name).Distinct()]);
    }

    /// <summary>Verb-Noun.</summary>
    public string Name { get; }

    /// <summary>The class.</summary>
    public Type Type { get; }

    /// <summary>The second half of its errors' ids: the class, and for the host's own commands the class that PowerShell has in their place.</summary>
    public string ErrorSource => Type.Namespace == "CivicQ.Host.Builtins" ? $"Microsoft.PowerShell.Commands.{Type.Name}" : Type.FullName!;

    /// <summary>The parameter set that is taken when several fit; null where none is declared.</summary>
    public string? DefaultParameterSet { get; }

    /// <summary>Whether it has <c>-WhatIf</c> and <c>-Confirm</c>.</summary>
    public bool SupportsShouldProcess { get; }

    /// <summary>How much confirmation its operations want.</summary>
    public ConfirmImpact ConfirmImpact { get; }

    /// <summary>Its parameters, the common ones last.</summary>
    public IReadOnlyList<ParameterDescription> Parameters { get; }

    /// <summary>The names of its parameter sets; empty where it has none of its own.</summary>
    public IReadOnlyList<string> ParameterSets { get; }

    /// <summary>The names of the types that it writes.</summary>
    public IReadOnlyList<string> OutputTypes => outputTypes.Value;

    private static IEnumerable<ParameterDescription> Read(Type type, bool isCommon) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.IsDefined(typeof(ParameterAttribute), inherit: true))
            .Select(property => new ParameterDescription(property, isCommon));
}
