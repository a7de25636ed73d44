namespace CivicQ.Host.Parsing;

/// <summary>How an argument was written, which decides how freely the binder may read it.</summary>
public enum ArgumentForm
{
    /// <summary>Its value is what was meant: quoted text, an array, a hashtable, <c>$true</c>.</summary>
    Literal,

    /// <summary>A bare number in a line: a number for numeric parameters, its digits as written for text.</summary>
    Number,

    /// <summary>
    /// A word of argv, whose quotes the shell has taken away: a list parameter splits it at its commas, a scalar one takes it whole.
    /// </summary>
    Word,
}
