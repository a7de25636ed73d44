namespace CivicQ.Ops.Core.Database.Statistics;

/// <summary>What is wrong with an index. Of several the first here counts.</summary>
public enum DatabaseIndexProblem
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>No query uses it, but every write keeps it up: what a cancelled CREATE INDEX CONCURRENTLY leaves behind.</summary>
    Invalid,

    /// <summary>Another index does all that it does.</summary>
    Duplicate,

    /// <summary>No query of this server used it since the statistics were reset, and it enforces nothing.</summary>
    Unused,
}
