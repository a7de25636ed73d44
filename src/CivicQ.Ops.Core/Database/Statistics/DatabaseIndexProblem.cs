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

    /// <summary>Another index, which is needed, begins with all of its columns: queries that use this one can use that one.</summary>
    Redundant,

    /// <summary>No query of this server used it since the statistics were reset, and it enforces nothing.</summary>
    Unused,
}
