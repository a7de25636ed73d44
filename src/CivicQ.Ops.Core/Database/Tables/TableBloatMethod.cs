namespace CivicQ.Ops.Core.Database.Tables;

/// <summary>How bloat is found out.</summary>
public enum TableBloatMethod
{
    /// <summary>From the planner's statistics, without reading the table.</summary>
    Estimate,

    /// <summary>By <c>pgstattuple_approx</c>, which skips the pages that hold live rows alone.</summary>
    Approximate,

    /// <summary>By <c>pgstattuple</c>, which reads the whole table.</summary>
    Exact,
}
