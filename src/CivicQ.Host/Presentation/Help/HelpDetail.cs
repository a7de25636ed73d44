namespace CivicQ.Host.Presentation.Help;

/// <summary>How much of a cmdlet's help is shown.</summary>
public enum HelpDetail
{
    /// <summary>Synopsis, syntax, description, links.</summary>
    Brief,

    /// <summary>Everything.</summary>
    Full,

    /// <summary>The examples.</summary>
    Examples,
}
