using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>Which buckets of an environment are meant.</summary>
internal static class StorageScope
{
    /// <summary>The buckets that were named, or all of the environment.</summary>
    /// <exception cref="OperationException"><c>ComponentNotConfigured</c>.</exception>
    public static IReadOnlyList<string> Buckets(EnvironmentContext context, IReadOnlyList<string>? named)
    {
        EnsureConfigured(context);
        return named is { Count: > 0 } ? named : context.Environment.Storage!.Buckets;
    }

    /// <summary>Makes sure that the environment has storage.</summary>
    public static void EnsureConfigured(EnvironmentContext context)
    {
        if (context.Environment.Storage is null)
        {
            throw new OperationException(EnvironmentErrors.ComponentNotConfigured, $"Environment '{context.Name}' has no part storage.", context.Name);
        }
    }
}
