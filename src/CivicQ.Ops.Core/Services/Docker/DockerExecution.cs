using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Runs programs within containers.</summary>
internal sealed class DockerExecution(DockerConnection connection)
{
    private const int CannotRun = 126;
    private const int NotFound = 127;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(15);
    private static readonly byte[] RuntimeWords = "OCI runtime exec failed"u8.ToArray();

    /// <summary>Runs a program to its end.</summary>
    public async Task<int> RunAsync(string container, ServiceCommand command, CancellationToken cancellationToken)
    {
        var subject = DockerSubject.Container(container);
        var order = JsonSerializer.Serialize(new { AttachStdin = command.Input is not null, AttachStdout = true, AttachStderr = true, Tty = false, Cmd = command.Arguments });
        string id;
        using (var made = await connection.PostAsync($"/containers/{Uri.EscapeDataString(container)}/exec", order, subject, cancellationToken).ConfigureAwait(false))
        {
            id = made.RootElement.Text("Id");
        }

        string? refusal;
        try
        {
            using var hijack = await connection.UpgradeAsync($"/exec/{id}/start", """{"Detach":false,"Tty":false}""", subject, cancellationToken).ConfigureAwait(false);
            refusal = await PumpAsync(hijack, command, subject, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == DockerErrors.RequestFailed && IsRuntime(error.Message))
        {
            // Newer engines say so before they hand over the connection.
            throw NotRun(container, command, error.Message);
        }

        var code = await ExitCodeAsync(id, subject, command.EndsWithOutput, cancellationToken).ConfigureAwait(false);
        if (refusal is null)
        {
            return code;
        }

        if (code is CannotRun or NotFound)
        {
            throw NotRun(container, command, refusal);
        }

        await command.Output(Encoding.UTF8.GetBytes(refusal), cancellationToken).ConfigureAwait(false);
        return code;
    }

    private static OperationException NotRun(string container, ServiceCommand command, string words) =>
        new(DockerErrors.ProgramNotFound, $"'{command.Arguments[0]}' could not be run in container '{container}': {words.Trim()}", container);

    private static bool IsRuntime(string message) =>
        message.Contains("runtime exec failed", StringComparison.Ordinal) || message.Contains("executable file not found", StringComparison.Ordinal);

    // Gives the runtime's own words where they are all that came: older engines write them into the program's output.
    private async Task<string?> PumpAsync(DockerHijack hijack, ServiceCommand command, DockerSubject subject, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = command.Input is { } input ? WriteAsync(hijack, input, ended.Token) : Task.CompletedTask;
        string? held = null;
        var reader = new DockerFrameReader(hijack.Stream);
        try
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (held is null && !reader.IsError && reader.Payload.Span.StartsWith(RuntimeWords))
                {
                    held = Encoding.UTF8.GetString(reader.Payload.Span);
                    continue;
                }

                await (reader.IsError ? command.Error : command.Output)(reader.Payload, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw connection.Lost(error, new DockerSubject($"a program in {subject.Name}", subject.Missing));
        }
        finally
        {
            // The program may end without reading all that it was given.
            await ended.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return held;
    }

    private static async Task WriteAsync(DockerHijack hijack, Stream input, CancellationToken cancellationToken)
    {
        await input.CopyToAsync(hijack.Stream, cancellationToken).ConfigureAwait(false);
        await hijack.Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        await hijack.CloseWriteAsync().ConfigureAwait(false);
    }

    // The output may end a moment before the engine knows the exit code.
    private async Task<int> ExitCodeAsync(string id, DockerSubject subject, bool endsWithOutput, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        for (var pause = 5; ; pause = Math.Min(pause * 2, 500))
        {
            using var answer = await connection.GetAsync($"/exec/{id}/json", subject, cancellationToken).ConfigureAwait(false);
            if (!answer.RootElement.Flag("Running") && answer.RootElement.Number("ExitCode") is { } code)
            {
                return (int)code;
            }

            if (endsWithOutput && clock.Elapsed > EndLimit)
            {
                // A proxy or a tunnel that ends looks like the end of the output.
                throw connection.Lost(new IOException("the output ended, and the program runs on"), new DockerSubject($"a program in {subject.Name}", subject.Missing));
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
