namespace CivicQ.Ops.Core.Environments;

/// <summary>A place where environments are defined.</summary>
public interface IEnvironmentSource
{
    /// <summary>Reads them. Called often, by tab completion too: no network, and nothing read twice that has not changed.</summary>
    /// <returns>The environments and the complaints; never an exception for content that is wrong.</returns>
    EnvironmentListing Read();
}
