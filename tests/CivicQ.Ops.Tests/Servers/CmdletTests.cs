using System.Collections;
using CivicQ.Host.Engine;

namespace CivicQ.Ops.Tests.Servers;

/// <summary>What tests of cmdlets have in common: they run lines and look at the objects.</summary>
[Collection(LabCollection.Name)]
public abstract class CmdletTests(LabFixture lab)
{
    private protected HostSession Session => lab.Session;

    /// <summary>Runs a line.</summary>
    private protected InvocationResult Invoke(string line, IEnumerable<object?>? input = null) => Session.Invoke(line, input);

    /// <summary>Runs a line that must not report an error.</summary>
    private protected IReadOnlyList<object> Succeed(string line, IEnumerable<object?>? input = null)
    {
        var result = Session.Invoke(line, input);
        Assert.Empty(result.Errors);
        return [.. result.Output.Select(item => item!)];
    }

    /// <summary>The errors' identifiers without the cmdlet's name.</summary>
    private protected static IEnumerable<string> Ids(InvocationResult result) => result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]);

    /// <summary>A property of all objects.</summary>
    private protected static IReadOnlyList<string> All(IEnumerable<object?> objects, string property) => [.. objects.Select(one => one!.Text(property))];

    /// <summary>The objects of a property that is a list.</summary>
    private protected static IReadOnlyList<object> Items(object value, string property) => [.. ((IEnumerable)value.Get(property)!).Cast<object>()];

    /// <summary>All that an invocation said, in one text: what a secret must not be in.</summary>
    private protected static string Everything(InvocationResult result) => string.Join('\n',
        [
            .. result.Output.Select(one => one?.ToString()),
            .. result.Errors.Select(error => $"{error} {error.Exception} {error.TargetObject} {error.ErrorDetails?.RecommendedAction} {error.InvocationInfo?.Line}"),
            .. result.Warnings, .. result.Verbose, .. result.Debug,
            .. result.Information.Select(one => one.ToString()),
            .. result.Progress.Select(one => $"{one.Activity} {one.StatusDescription} {one.CurrentOperation}"),
        ]);

    /// <summary>Starts a line, stops it as Ctrl+C does once the silent server is reached, and sees that nothing is left of it.</summary>
    private protected async Task StopAsync(string line, LoopbackServer silent, IEnumerable<object?>? input = null)
    {
        using var stop = new CancellationTokenSource();
        var running = Session.InvokeAsync(line, input, cancellationToken: stop.Token);
        await silent.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
        var result = await running.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(result.Stopped);
        Assert.Equal(ExitCodes.Stopped, result.ExitCode);
        Assert.Empty(result.Errors);
        await silent.EmptyAsync();
    }
}
