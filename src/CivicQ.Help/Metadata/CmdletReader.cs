using System.Reflection;

namespace CivicQ.Help.Metadata;

/// <summary>Reads the cmdlets of an assembly from its metadata; none of its code runs.</summary>
internal static class CmdletReader
{
    private const string Automation = "System.Management.Automation.";

    /// <summary>Reads all public cmdlets.</summary>
    /// <param name="assemblyPath">The module's assembly.</param>
    /// <param name="referenceFolders">Where the assemblies lie that it names, beside its own folder and the framework's.</param>
    /// <returns>The cmdlets, by name.</returns>
    /// <exception cref="IOException">The assembly cannot be read.</exception>
    /// <exception cref="BadImageFormatException">It is not a .NET assembly.</exception>
    public static IReadOnlyList<CmdletMetadata> Read(string assemblyPath, IEnumerable<string> referenceFolders)
    {
        // The first file of a name wins; the resolver would otherwise be free to choose.
        string[] folders =
        [
            Path.GetDirectoryName(Path.GetFullPath(assemblyPath))!,
            .. referenceFolders,
            Path.GetDirectoryName(typeof(object).Assembly.Location)!,
        ];
        var files = folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll"))
            .DistinctBy(Path.GetFileName, StringComparer.OrdinalIgnoreCase);
        using var context = new MetadataLoadContext(new PathAssemblyResolver(files), "System.Private.CoreLib");
        return [.. context.LoadFromAssemblyPath(Path.GetFullPath(assemblyPath)).GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false })
            .Select(ReadCmdlet)
            .OfType<CmdletMetadata>()
            .OrderBy(cmdlet => cmdlet.Noun, StringComparer.OrdinalIgnoreCase)
            .ThenBy(cmdlet => cmdlet.Verb, StringComparer.OrdinalIgnoreCase)];
    }

    private static CmdletMetadata? ReadCmdlet(Type type)
    {
        var attributes = type.GetCustomAttributesData();
        var cmdlet = attributes.FirstOrDefault(data => Is(data, "CmdletAttribute"));
        if (cmdlet is null)
        {
            return null;
        }

        var parameters = ReadParameters(type).ToList();
        if (Named(cmdlet, "SupportsShouldProcess", false))
        {
            parameters.Add(Common("Confirm", "cf"));
            parameters.Add(Common("WhatIf", "wi"));
        }

        var outputs = attributes.Where(data => Is(data, "OutputTypeAttribute"))
            .SelectMany(data => data.ConstructorArguments)
            .SelectMany(Flatten)
            .Select(value => value is Type output ? output.FullName! : (string)value!)
            .Distinct(StringComparer.Ordinal);
        return new CmdletMetadata(
            (string)cmdlet.ConstructorArguments[0].Value!,
            (string)cmdlet.ConstructorArguments[1].Value!,
            type.FullName!,
            Named<string?>(cmdlet, "DefaultParameterSetName", null),
            parameters,
            [.. outputs]);
    }

    private static IEnumerable<ParameterMetadata> ReadParameters(Type type)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var level = type; level is not null && level.FullName != "System.Object"; level = level.BaseType)
        {
            foreach (var property in level.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                var attributes = property.GetCustomAttributesData();
                var sets = attributes.Where(data => Is(data, "ParameterAttribute")).Select(ReadSet).ToList();
                if (sets.Count > 0 && seen.Add(property.Name))
                {
                    yield return ReadParameter(property, attributes, sets);
                }
            }
        }
    }

    private static ParameterMetadata ReadParameter(
        PropertyInfo property, IList<CustomAttributeData> attributes, IReadOnlyList<ParameterSetMetadata> sets)
    {
        var type = property.PropertyType;
        if (type.IsGenericType && type.GetGenericTypeDefinition().FullName == "System.Nullable`1")
        {
            type = type.GetGenericArguments()[0];
        }

        var single = type.IsArray ? type.GetElementType()! : type;
        var listed = attributes.Where(data => Is(data, "ValidateSetAttribute"))
            .SelectMany(data => data.ConstructorArguments).SelectMany(Flatten).OfType<string>().ToList();
        var fallback = attributes.FirstOrDefault(data => Is(data, "PSDefaultValueAttribute"));
        return new ParameterMetadata(
            property.Name,
            type.FullName ?? type.Name,
            ShortName(type),
            sets,
            [.. attributes.Where(data => Is(data, "AliasAttribute")).SelectMany(data => data.ConstructorArguments).SelectMany(Flatten).OfType<string>()],
            listed.Count > 0 ? listed : single.IsEnum ? [.. single.GetEnumNames()] : [],
            attributes.Any(data => Is(data, "SupportsWildcardsAttribute")),
            fallback is null ? null : Named<string?>(fallback, "Help", null) ?? Named<object?>(fallback, "Value", null)?.ToString());
    }

    private static ParameterSetMetadata ReadSet(CustomAttributeData data)
    {
        var position = Named(data, "Position", int.MinValue);
        return new ParameterSetMetadata(
            Named<string?>(data, "ParameterSetName", null) ?? ParameterSetMetadata.AllSets,
            Named(data, "Mandatory", false),
            position == int.MinValue ? null : position,
            Named(data, "ValueFromPipeline", false),
            Named(data, "ValueFromPipelineByPropertyName", false),
            Named(data, "ValueFromRemainingArguments", false));
    }

    private static ParameterMetadata Common(string name, string alias) => new(
        name, Automation + "SwitchParameter", "SwitchParameter",
        [new ParameterSetMetadata(ParameterSetMetadata.AllSets, false, null, false, false, false)],
        [alias], [], false, null, AddedByShouldProcess: true);

    // PowerShell's own types of the same names sit in one namespace; a name alone could be anyone's.
    private static bool Is(CustomAttributeData data, string name) => data.AttributeType.FullName == Automation + name;

    private static T Named<T>(CustomAttributeData data, string name, T fallback)
    {
        var argument = data.NamedArguments.FirstOrDefault(argument => argument.MemberName == name);
        return argument.MemberInfo is not null && argument.TypedValue.Value is T value ? value : fallback;
    }

    private static IEnumerable<object?> Flatten(CustomAttributeTypedArgument argument) =>
        argument.Value is IEnumerable<CustomAttributeTypedArgument> many ? many.SelectMany(Flatten) : [argument.Value];

    private static string ShortName(Type type) =>
        type.IsArray ? ShortName(type.GetElementType()!) + "[]"
        : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}[{string.Join(",", type.GetGenericArguments().Select(ShortName))}]"
        : type.Name;
}
