namespace CivicQ.Help.Problems;

/// <summary>The checks; the number is the error's: <c>HELP001</c> and so on.</summary>
internal enum HelpRule
{
    /// <summary>A cmdlet has no page.</summary>
    PageMissing = 1,

    /// <summary>A page has no cmdlet.</summary>
    CmdletMissing = 2,

    /// <summary>A parameter is not described.</summary>
    ParameterNotDescribed = 3,

    /// <summary>A described parameter does not exist.</summary>
    ParameterUnknown = 4,

    /// <summary>The synopsis is missing or longer than one line.</summary>
    Synopsis = 5,

    /// <summary>Fewer than two examples, or one without code or remarks.</summary>
    Examples = 6,

    /// <summary>An example names a cmdlet, a parameter or a value that does not exist.</summary>
    ExampleUnknownName = 7,

    /// <summary>INPUTS or OUTPUTS disagree with the cmdlet.</summary>
    Types = 8,

    /// <summary>The manifest exports other cmdlets than the assembly has.</summary>
    Manifest = 9,

    /// <summary>The page's layout: front matter, title, sections.</summary>
    Layout = 10,

    /// <summary>The online version or a related link is missing or broken.</summary>
    Links = 11,
}
