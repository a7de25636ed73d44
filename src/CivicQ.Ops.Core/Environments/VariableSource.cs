namespace CivicQ.Ops.Core.Environments;

/// <summary>The environment <c>default</c>, made from variables.</summary>
public sealed class VariableSource : IEnvironmentSource
{
    /// <inheritdoc/>
    public EnvironmentListing Read() => new([VariableEnvironment.Read()], []);
}
