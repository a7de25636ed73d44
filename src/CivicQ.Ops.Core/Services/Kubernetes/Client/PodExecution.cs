using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>Runs a program in a container over a WebSocket: one channel a stream, and one for how it ended.</summary>
/// <param name="transport">Opens the connection, with the same trust and credential as all else.</param>
/// <param name="path">The path of the pod's exec.</param>
/// <param name="pod">The pod's name.</param>
/// <param name="command">The program.</param>
internal sealed class PodExecution(KubernetesTransport transport, string path, string pod, ServiceCommand command)
{
    private const string Closing = "v5.channel.k8s.io";
    private const string Plain = "v4.channel.k8s.io";
    private const int PieceBytes = 32 * 1024;

    private enum Channel
    {
        Input = 0,
        Output = 1,
        Error = 2,
        Status = 3,
        Close = 255,
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="cancellationToken">Hangs up; the program gets no signal of that, the API has none.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var response = await transport.SendAsync(Request, repeatable: false, mayBeSilent: false, cancellationToken).ConfigureAwait(false);
        var protocol = response.Headers.TryGetValues("Sec-WebSocket-Protocol", out var chosen) ? chosen.First() : "";
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols || protocol is not (Closing or Plain))
        {
            throw new OperationException(KubernetesErrors.ClusterAnswerUnexpected, $"{transport.Target}: the server speaks no {Plain} over WebSocket.", pod);
        }

        if (command.Input is not null && protocol == Plain)
        {
            throw new OperationException(
                ServiceErrors.NotSupported,
                $"{pod}: this cluster (before Kubernetes 1.30) cannot tell a program that its input is over, so that it would wait for ever: hand the input over in another way.", pod);
        }

        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var socket = WebSocket.CreateFromStream(
            stream, new WebSocketCreationOptions { IsServer = false, SubProtocol = protocol, KeepAliveInterval = TimeSpan.FromSeconds(30) });
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = command.Input is null ? Task.CompletedTask : SendAsync(socket, command.Input, ended.Token);
        try
        {
            var status = await ReceiveAsync(socket, cancellationToken).ConfigureAwait(false);
            return ExitCode(status);
        }
        catch (Exception error) when (error is WebSocketException or IOException or JsonException)
        {
            throw new OperationException(KubernetesErrors.ClusterUnreachable, $"{pod}: the connection broke before the program's end was known: {error.Message}", pod, error);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await ((Task)sending.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)).ConfigureAwait(false);
        }
    }

    private HttpRequestMessage Request(Uri server)
    {
        var query = new StringBuilder("stdout=true&stderr=true&tty=false");
        foreach (var argument in command.Arguments)
        {
            query.Append("&command=").Append(Uri.EscapeDataString(argument));
        }

        if (command.Container is not null)
        {
            query.Append("&container=").Append(Uri.EscapeDataString(command.Container));
        }

        if (command.Input is not null)
        {
            query.Append("&stdin=true");
        }

        var request = KubernetesClient.Request(HttpMethod.Get, server, $"{path}?{query}");
        request.Headers.Accept.Clear();
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)));
        request.Headers.Add("Sec-WebSocket-Protocol", $"{Closing}, {Plain}");
        return request;
    }

    private static async Task SendAsync(WebSocket socket, Stream input, CancellationToken cancellationToken)
    {
        var buffer = new byte[PieceBytes + 1];
        buffer[0] = (byte)Channel.Input;
        int read;
        while ((read = await input.ReadAsync(buffer.AsMemory(1), cancellationToken).ConfigureAwait(false)) > 0)
        {
            await socket.SendAsync(buffer.AsMemory(0, read + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }

        byte[] over = [(byte)Channel.Close, (byte)Channel.Input];
        await socket.SendAsync(over, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task<JsonObject?> ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[PieceBytes];
        var status = new MemoryStream();
        Channel? channel = null;
        while (true)
        {
            var piece = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
            if (piece.MessageType == WebSocketMessageType.Close)
            {
                break;
            }

            var data = buffer.AsMemory(0, piece.Count);
            if (channel is null && piece.Count > 0)
            {
                channel = (Channel)buffer[0];
                data = data[1..];
            }

            switch (channel)
            {
                case Channel.Output when data.Length > 0:
                    await command.Output(data, cancellationToken).ConfigureAwait(false);
                    break;
                case Channel.Error when data.Length > 0:
                    await command.Error(data, cancellationToken).ConfigureAwait(false);
                    break;
                case Channel.Status:
                    status.Write(data.Span);
                    break;
            }

            channel = piece.EndOfMessage ? null : channel;
        }

        // Here the status comes without its kind, unlike in a refusal.
        return status.Length == 0 ? null : JsonNode.Parse(status.GetBuffer().AsSpan(0, (int)status.Length)) as JsonObject;
    }

    private int ExitCode(JsonObject? status)
    {
        if (status is null)
        {
            throw new OperationException(KubernetesErrors.CommandFailed, $"{pod}: the server did not say how the program ended.", pod);
        }

        if (status.Text("status") == "Success")
        {
            return 0;
        }

        var code = status.Objects("details", "causes").FirstOrDefault(cause => cause.Text("reason") == "ExitCode").Text("message");
        return int.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new OperationException(KubernetesErrors.CommandFailed, $"{pod}: {status.Text("message") ?? "the program could not be run"}", pod);
    }
}
