using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Web;

/// <summary>Goes the way to an endpoint phase by phase on one connection: name, connection, TLS, protocol.</summary>
public static class EndpointTester
{
    /// <summary>Tests an endpoint.</summary>
    /// <param name="context">The environment: its authorities.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="expectedStatus">HTTP statuses that count as good; empty: 200 to 399.</param>
    /// <param name="timeout">The time for all phases together.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The result; a phase that fails is no exception.</returns>
    /// <exception cref="OperationException"><c>CertificateAuthorityInvalid</c>.</exception>
    public static Task<EndpointTestResult> TestAsync(
        EnvironmentContext context, NetworkEndpoint endpoint, IReadOnlyList<int> expectedStatus, TimeSpan timeout, CancellationToken cancellationToken) =>
        new EndpointRun(context.Name, TrustStore.Of(context), endpoint, expectedStatus, timeout).RunAsync(cancellationToken);

    /// <summary>One run; what was found so far is its state.</summary>
    private sealed class EndpointRun(string environment, TrustStore trust, NetworkEndpoint endpoint, IReadOnlyList<int> expectedStatus, TimeSpan timeout)
    {
        private readonly ConnectionTrace trace = new();
        private readonly List<EndpointPhase> phases = [];
        private readonly long started = Stopwatch.GetTimestamp();
        private EndpointPhaseName current = EndpointPhaseName.Dns;
        private long phaseStarted = Stopwatch.GetTimestamp();
        private CertificateInfo? certificate;
        private EndpointExchange? exchange;

        public async Task<EndpointTestResult> RunAsync(CancellationToken cancellationToken)
        {
            using var deadline = new Deadline(timeout, cancellationToken);
            OperationException? failure = null;
            try
            {
                var connection = await TcpConnector.ConnectAsync(endpoint.Host, endpoint.Port, trace, new HostNames(), timeout, deadline.Token).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    Connected();
                    await SpeakAsync(connection, deadline.Token).ConfigureAwait(false);
                }
            }
            catch (Exception) when (deadline.Passed)
            {
                current = trace.TcpDuration is null ? EndpointPhaseName.Dns : phases.Count == 0 ? EndpointPhaseName.Tcp : current;
                failure = NetworkFailure.TimedOut(endpoint.Authority, Awaited(current), timeout);
            }
            catch (OperationException error)
            {
                failure = error;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                failure = WebFailure.Translate(error, endpoint.Authority, rejection: null);
            }

            return Result(failure);
        }

        private static string Awaited(EndpointPhaseName phase) => phase switch
        {
            EndpointPhaseName.Dns => "address",
            EndpointPhaseName.Tcp => "connection",
            EndpointPhaseName.Tls => "TLS handshake",
            _ => "answer",
        };

        private void Connected()
        {
            Pass(EndpointPhaseName.Dns, trace.DnsDuration!.Value, string.Join(", ", trace.Addresses));
            var last = trace.Attempts[^1];
            var failed = trace.Attempts.Count - 1;
            Pass(EndpointPhaseName.Tcp, trace.TcpDuration!.Value, failed == 0
                ? last.Address
                : string.Create(CultureInfo.InvariantCulture, $"{last.Address}, after {failed} that did not answer"));
        }

        private async Task SpeakAsync(Stream connection, CancellationToken cancellationToken)
        {
            switch (endpoint.Scheme)
            {
                case EndpointScheme.Http:
                    await HttpAsync(connection, cancellationToken).ConfigureAwait(false);
                    break;
                case EndpointScheme.Redis:
                    await RedisAsync(connection, cancellationToken).ConfigureAwait(false);
                    break;
                case EndpointScheme.Tcp:
                    break;
                default:
                    await TlsAsync(connection, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        private async Task TlsAsync(Stream connection, CancellationToken cancellationToken)
        {
            Enter(EndpointPhaseName.Tls);
            try
            {
                await StartTls.NegotiateAsync(connection, StartTls.Of(endpoint), endpoint.Authority, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (error.Definition == NetworkErrors.TlsNotOffered)
            {
                // Clients with sslmode=prefer go on without; the server is there, and that is what is tested.
                phases.Add(new EndpointPhase(EndpointPhaseName.Tls, EndpointPhaseStatus.Skipped, Stopwatch.GetElapsedTime(phaseStarted), "The server offers no TLS."));
                return;
            }

            var handshake = await TlsHandshake.StartAsync(connection, endpoint.Host, endpoint.Authority, cancellationToken).ConfigureAwait(false);
            await using (handshake.ConfigureAwait(false))
            {
                certificate = CertificateInspector.Inspect(
                    handshake.Certificate, handshake.Sent, endpoint.Authority, endpoint.Host, trust, checkRevocation: false) with
                {
                    Protocol = handshake.Protocol,
                    CipherSuite = handshake.CipherSuite,
                };
                if (certificate.Refused)
                {
                    throw new OperationException(CertificateErrors.Invalid, $"{endpoint.Authority}: the certificate is refused: {string.Join("; ", certificate.Problems)}.", endpoint.Authority);
                }

                Pass(EndpointPhaseName.Tls, Stopwatch.GetElapsedTime(phaseStarted),
                    $"{handshake.Protocol}, {certificate.Subject}, {Measure.Format(certificate.DaysLeft, MeasureUnit.Days)} left");
                if (endpoint.Scheme == EndpointScheme.Https)
                {
                    await HttpAsync(handshake.Stream, cancellationToken).ConfigureAwait(false);
                }
                else if (endpoint.Scheme == EndpointScheme.RedisTls)
                {
                    await RedisAsync(handshake.Stream, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        private async Task HttpAsync(Stream stream, CancellationToken cancellationToken)
        {
            Enter(EndpointPhaseName.Http);
            exchange = await EndpointExchange.GetAsync(stream, endpoint.Address!, cancellationToken).ConfigureAwait(false);
            var good = expectedStatus.Count > 0 ? expectedStatus.Contains(exchange.Status) : exchange.Status is >= 200 and <= 399;
            var expected = expectedStatus.Count > 0 ? string.Join(", ", expectedStatus) : "200 to 399";
            if (!good)
            {
                throw new OperationException(WebErrors.StatusUnexpected, $"{endpoint}: status {exchange.Status}, expected {expected}.", endpoint.ToString());
            }

            Pass(EndpointPhaseName.Http, Stopwatch.GetElapsedTime(phaseStarted), string.Create(CultureInfo.InvariantCulture, $"status {exchange.Status}, {Measure.Bytes(exchange.Bytes)}"));
        }

        // Redis answers PING with +PONG, or with an error where it wants a password: either way it is Redis, and it is awake.
        private async Task RedisAsync(Stream stream, CancellationToken cancellationToken)
        {
            Enter(EndpointPhaseName.Redis);
            await stream.WriteAsync("PING\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            var answer = new byte[64];
            var length = await stream.ReadAsync(answer, cancellationToken).ConfigureAwait(false);
            var text = System.Text.Encoding.ASCII.GetString(answer, 0, length).Split('\r')[0];
            if (text != "+PONG" && !text.StartsWith("-NOAUTH", StringComparison.Ordinal))
            {
                throw length == 0
                    ? new OperationException(NetworkErrors.ConnectionClosed, $"{endpoint.Authority}: the server hung up.", endpoint.Authority)
                    : text.StartsWith('-')
                        ? new OperationException(NetworkErrors.ProtocolUnexpected, $"{endpoint.Authority}: Redis answered {text[1..]}.", endpoint.Authority)
                        : new OperationException(NetworkErrors.ProtocolUnexpected, $"{endpoint.Authority}: the answer is not Redis'.", endpoint.Authority);
            }

            Pass(EndpointPhaseName.Redis, Stopwatch.GetElapsedTime(phaseStarted), text == "+PONG" ? "PONG" : "wants a password");
        }

        private void Enter(EndpointPhaseName phase)
        {
            current = phase;
            phaseStarted = Stopwatch.GetTimestamp();
        }

        private void Pass(EndpointPhaseName phase, TimeSpan duration, string detail) =>
            phases.Add(new EndpointPhase(phase, EndpointPhaseStatus.Passed, duration, detail));

        private EndpointTestResult Result(OperationException? failure)
        {
            if (failure is not null)
            {
                Fail(failure);
            }

            foreach (var missing in Expected().Where(name => phases.TrueForAll(phase => phase.Name != name)))
            {
                phases.Add(new EndpointPhase(missing, EndpointPhaseStatus.Skipped, TimeSpan.Zero, "Not reached."));
            }

            return new EndpointTestResult
            {
                Environment = environment,
                Endpoint = endpoint.ToString(),
                FailedPhase = failure is null ? null : current,
                Reason = failure?.Message ?? "",
                ErrorId = failure?.Definition.Id,
                NextStep = failure?.Definition.RecommendedAction ?? "",
                Phases = phases,
                Addresses = trace.Addresses,
                Attempts = trace.Attempts,
                Protocol = certificate?.Protocol,
                CipherSuite = certificate?.CipherSuite,
                CertificateSubject = certificate?.Subject,
                CertificateDaysLeft = certificate?.DaysLeft,
                StatusCode = exchange?.Status,
                FirstByte = exchange?.FirstByte,
                BodyBytes = exchange?.Bytes,
                Duration = Stopwatch.GetElapsedTime(started),
            };
        }

        private void Fail(OperationException failure)
        {
            if (phases.Count == 0)
            {
                // Broke on the way: the trace knows how far it came.
                current = trace.Resolved ? EndpointPhaseName.Tcp : EndpointPhaseName.Dns;
                if (trace.Resolved)
                {
                    Pass(EndpointPhaseName.Dns, trace.DnsDuration ?? TimeSpan.Zero, string.Join(", ", trace.Addresses));
                }

                var took = (trace.Resolved ? trace.TcpDuration : trace.DnsDuration) ?? Stopwatch.GetElapsedTime(started);
                phases.Add(new EndpointPhase(current, EndpointPhaseStatus.Failed, took, failure.Message));
                return;
            }

            phases.Add(new EndpointPhase(current, EndpointPhaseStatus.Failed, Stopwatch.GetElapsedTime(phaseStarted), failure.Message));
        }

        private EndpointPhaseName[] Expected() => endpoint.Scheme switch
        {
            EndpointScheme.Http => [EndpointPhaseName.Dns, EndpointPhaseName.Tcp, EndpointPhaseName.Http],
            EndpointScheme.Https => [EndpointPhaseName.Dns, EndpointPhaseName.Tcp, EndpointPhaseName.Tls, EndpointPhaseName.Http],
            EndpointScheme.Redis => [EndpointPhaseName.Dns, EndpointPhaseName.Tcp, EndpointPhaseName.Redis],
            EndpointScheme.RedisTls => [EndpointPhaseName.Dns, EndpointPhaseName.Tcp, EndpointPhaseName.Tls, EndpointPhaseName.Redis],
            EndpointScheme.Tcp => [EndpointPhaseName.Dns, EndpointPhaseName.Tcp],
            _ => [EndpointPhaseName.Dns, EndpointPhaseName.Tcp, EndpointPhaseName.Tls],
        };
    }
}
