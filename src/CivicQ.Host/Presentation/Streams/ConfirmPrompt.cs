using CivicQ.Host.Engine;
using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Streams;

/// <summary>PowerShell's confirmation at a terminal.</summary>
/// <param name="screen">Where the question goes.</param>
/// <param name="input">Where the answer comes from; null where nobody can answer.</param>
public sealed class ConfirmPrompt(Screen screen, TextReader? input)
{
    private const int MostAttempts = 10;

    /// <summary>Asks.</summary>
    /// <param name="caption">The heading.</param>
    /// <param name="message">The question.</param>
    /// <param name="offerAll">Whether "to all" makes sense.</param>
    /// <returns>The answer; an input that ends answers no.</returns>
    public ConfirmationAnswer Ask(string caption, string message, bool offerAll)
    {
        if (input is null)
        {
            return ConfirmationAnswer.Unavailable;
        }

        screen.WriteLine();
        screen.WriteLine(DisplayValue.Clean(caption));
        screen.WriteLine(DisplayValue.Clean(message));
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            screen.Write(offerAll
                ? "[Y] Yes  [A] Yes to All  [N] No  [L] No to All (default is \"Y\"): "
                : "[Y] Yes  [N] No (default is \"Y\"): ");
            screen.Flush();
            switch (input.ReadLine()?.Trim().ToUpperInvariant())
            {
                case null or "N" or "NO":
                    return ConfirmationAnswer.No;
                case "" or "Y" or "YES":
                    return ConfirmationAnswer.Yes;
                case "A" when offerAll:
                    return ConfirmationAnswer.YesToAll;
                case "L" when offerAll:
                    return ConfirmationAnswer.NoToAll;
            }
        }

        return ConfirmationAnswer.No;
    }
}
