namespace CivicQ.Host.Presentation.Help;

/// <summary>The system that a cmdlet belongs to, by its noun: the headings of the list of cmdlets.</summary>
internal static class SystemNames
{
    private const string Other = "Other";

    // The first match counts, so the longer words stand before the shorter that they contain.
    private static readonly (string Word, string System)[] Words =
    [
        ("DailyCheck", "Procedures"), ("Maintenance", "Procedures"), ("Review", "Procedures"), ("Schedule", "Procedures"), ("Report", "Procedures"),
        ("Environment", "Environments"), ("Lab", "Lab and drills"), ("Drill", "Lab and drills"), ("Journal", "Journal"),
        ("Health", "Health"), ("HostResource", "Health"), ("Metric", "Health"), ("Endpoint", "Health"), ("Baseline", "Health"),
        ("Certificate", "Certificates"), ("Backup", "Backups and recovery"), ("Recovery", "Backups and recovery"),
        ("Database", "PostgreSQL"), ("Query", "PostgreSQL"), ("Table", "PostgreSQL"), ("Vacuum", "PostgreSQL"), ("Statistics", "PostgreSQL"),
        ("Reindex", "PostgreSQL"), ("Replication", "PostgreSQL"), ("ConnectionPool", "PostgreSQL"), ("Migration", "PostgreSQL"),
        ("Cache", "Redis and Celery"), ("Queue", "Redis and Celery"), ("Worker", "Redis and Celery"), ("Task", "Redis and Celery"),
        ("Service", "Services"), ("Rollout", "Services"), ("Release", "Services"), ("Event", "Services"),
        ("Log", "Logs"), ("Storage", "Storage and cloud"), ("Object", "Storage and cloud"), ("Cost", "Storage and cloud"), ("Capacity", "Storage and cloud"),
    ];

    /// <summary>The system of a cmdlet.</summary>
    /// <param name="cmdlet">Verb-Noun.</param>
    /// <returns>The heading.</returns>
    public static string Of(string cmdlet)
    {
        var noun = cmdlet[(cmdlet.IndexOf('-', StringComparison.Ordinal) + 1)..];
        return noun == "CivicQ" ? "Environments" : Array.Find(Words, word => noun.Contains(word.Word, StringComparison.Ordinal)).System ?? Other;
    }

    /// <summary>The place of a heading.</summary>
    /// <param name="system">The heading.</param>
    /// <returns>Its rank; the unknown ones come last.</returns>
    public static int Order(string system)
    {
        var index = Array.FindIndex(Words, word => word.System == system);
        return index < 0 ? Words.Length : index;
    }
}
