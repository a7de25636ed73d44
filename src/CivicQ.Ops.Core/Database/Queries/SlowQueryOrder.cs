namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>What makes a statement come first.</summary>
public enum SlowQueryOrder
{
    /// <summary>The time that all its runs took together.</summary>
    TotalTime,

    /// <summary>The mean time of a run.</summary>
    MeanTime,

    /// <summary>How often it ran.</summary>
    Calls,

    /// <summary>How many rows it gave or changed.</summary>
    Rows,
}
