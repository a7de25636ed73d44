using CivicQ.Host.Engine;

namespace CivicQ.Host.Tests.Engine;

/// <summary>The module of test cmdlets.</summary>
internal static class Fixture
{
    public static string Module { get; } = Path.Combine(AppContext.BaseDirectory, "fixture", "CivicQ.Host.Fixture.psd1");

    public static HostSession Open() => HostSession.Create(Module);

    /// <summary>A static property of one of the fixture's cmdlets, which the tests cannot name.</summary>
    public static T Static<T>(HostSession session, string cmdlet, string property) =>
        (T)session.Commands.Find(cmdlet)!.Type.GetProperty(property)!.GetValue(null)!;
}
