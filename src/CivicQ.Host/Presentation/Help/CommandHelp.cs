namespace CivicQ.Host.Presentation.Help;

/// <summary>The help of a cmdlet, as the module ships it.</summary>
/// <param name="Name">The cmdlet.</param>
/// <param name="Synopsis">One line.</param>
/// <param name="Description">Paragraphs.</param>
/// <param name="Syntax">One line a parameter set.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Inputs">Types that may be piped in, with what is said of them.</param>
/// <param name="Outputs">Types that are written, with what is said of them.</param>
/// <param name="Notes">Paragraphs.</param>
/// <param name="Examples">The examples.</param>
/// <param name="Links">Related links; the first is the page itself.</param>
public sealed record CommandHelp(
    string Name,
    string Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyList<string> Syntax,
    IReadOnlyList<ParameterHelp> Parameters,
    IReadOnlyList<(string Type, IReadOnlyList<string> Text)> Inputs,
    IReadOnlyList<(string Type, IReadOnlyList<string> Text)> Outputs,
    IReadOnlyList<string> Notes,
    IReadOnlyList<ExampleHelp> Examples,
    IReadOnlyList<string> Links);
