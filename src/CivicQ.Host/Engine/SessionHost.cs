using System.Globalization;
using System.Management.Automation.Host;

namespace CivicQ.Host.Engine;

/// <summary>What cmdlets see of the program that hosts them. It has no screen of its own to offer: messages go through the streams.</summary>
internal sealed class SessionHost : PSHost
{
    public override string Name => "civicq";

    public override Version Version => typeof(SessionHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    // PowerShell's own host has none either where nobody is at the terminal.
    public override PSHostUserInterface UI => null!;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public int? ExitCode { get; private set; }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt()
    {
    }

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
