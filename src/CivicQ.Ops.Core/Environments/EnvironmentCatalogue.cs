namespace CivicQ.Ops.Core.Environments;

/// <summary>The environments of all sources. Where two define the same name, the earlier source wins, even with a definition that is broken.</summary>
/// <param name="sources">The sources, the most important first.</param>
public sealed class EnvironmentCatalogue(IReadOnlyList<IEnvironmentSource> sources)
{
    /// <summary>Reads all sources.</summary>
    /// <returns>Every name once; empty but for the complaint where a source as a whole cannot be relied on.</returns>
    public EnvironmentListing Read()
    {
        var environments = new List<CivicQEnvironment>();
        var complaints = new List<EnvironmentComplaint>();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var source in sources)
        {
            var listing = source.Read();
            complaints.AddRange(listing.Complaints);
            // A broken definition must not give way to another one of the same name: the work would be done somewhere else than meant.
            taken.UnionWith(listing.Complaints.Select(complaint => complaint.Environment).OfType<string>());
            environments.AddRange(listing.Environments.Where(environment => taken.Add(environment.Name)));
        }

        var result = new EnvironmentListing(environments, complaints);
        return result.Fatal is null ? result : result with { Environments = [] };
    }
}
