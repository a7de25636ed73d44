using System.Reflection;

namespace CivicQ.Ops.Core.Errors;

/// <summary>All errors that the module can report, collected from the <c>…Errors</c> classes of this folder.</summary>
public static class ErrorCatalogue
{
    private static readonly Lazy<IReadOnlyDictionary<string, ErrorDefinition>> Definitions = new(Collect);

    /// <summary>Every definition by its identifier.</summary>
    public static IReadOnlyDictionary<string, ErrorDefinition> All => Definitions.Value;

    private static Dictionary<string, ErrorDefinition> Collect() =>
        typeof(ErrorCatalogue).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(ErrorCatalogue).Namespace)
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.FieldType == typeof(ErrorDefinition))
            .Select(field => (ErrorDefinition)field.GetValue(null)!)
            .ToDictionary(definition => definition.Id, StringComparer.Ordinal);
}
