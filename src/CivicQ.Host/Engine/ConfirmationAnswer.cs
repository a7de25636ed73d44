namespace CivicQ.Host.Engine;

/// <summary>What the person at the terminal answered to a confirmation.</summary>
public enum ConfirmationAnswer
{
    /// <summary>Nobody is there to answer: the operation is refused with an error.</summary>
    Unavailable,

    /// <summary>Yes, this one.</summary>
    Yes,

    /// <summary>Yes, and do not ask again in this pipeline.</summary>
    YesToAll,

    /// <summary>No, not this one.</summary>
    No,

    /// <summary>No, and none of those that follow in this pipeline.</summary>
    NoToAll,
}
