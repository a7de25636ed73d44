namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>How sessions came to be chosen, which decides who is spared.</summary>
public enum SessionChoice
{
    /// <summary>Somebody typed their numbers: what was named is meant, whatever it is.</summary>
    Typed,

    /// <summary>Another command found them: what nobody looked at one by one is judged as by a condition.</summary>
    Piped,

    /// <summary>They fit a condition.</summary>
    Condition,

    /// <summary>Every client of a database, superusers and whom the role may not see included; backups go on.</summary>
    Everybody,
}
