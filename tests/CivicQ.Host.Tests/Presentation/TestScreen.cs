using CivicQ.Host.Presentation.Screens;

namespace CivicQ.Host.Tests.Presentation;

/// <summary>A screen that remembers.</summary>
internal sealed class TestScreen : IDisposable
{
    private readonly StringWriter writer = new() { NewLine = "\n" };

    public TestScreen(int width = 60, bool colour = false, bool interactive = false) => Screen = new Screen(writer, width, colour, interactive);

    public Screen Screen { get; }

    public string Text => writer.ToString();

    public void Dispose() => writer.Dispose();
}
