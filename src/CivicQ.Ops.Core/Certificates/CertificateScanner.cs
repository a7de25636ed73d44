using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>Looks at many certificates at once.</summary>
public static class CertificateScanner
{
    /// <summary>Looks at the certificates of an environment's own endpoints.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Ends the look-up of secrets.</param>
    /// <returns>The questions; empty where the environment has no certificates.</returns>
    /// <exception cref="OperationException"><c>ComponentNotConfigured</c>: it has none.</exception>
    public static async Task<IReadOnlyList<CertificateQuestion>> OwnAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var questions = await CertificateTargets.OfAsync(context, cancellationToken).ConfigureAwait(false);
        return questions.Count > 0
            ? questions
            : throw new OperationException(EnvironmentErrors.ComponentNotConfigured, $"Environment '{context.Name}' has no certificate to look at.", context.Name);
    }

    /// <summary>Looks at served certificates, at most <paramref name="throttleLimit"/> at once.</summary>
    /// <param name="context">The environment by whose authorities they are judged.</param>
    /// <param name="questions">Where to look.</param>
    /// <param name="throttleLimit">How many connections at once.</param>
    /// <param name="timeout">The time for one of them.</param>
    /// <param name="cancellationToken">Ends it all.</param>
    /// <returns>The outcomes, in the order in which they come.</returns>
    /// <exception cref="OperationException"><c>CertificateAuthorityInvalid</c>.</exception>
    public static async IAsyncEnumerable<CertificateOutcome> ScanAsync(
        EnvironmentContext context, IReadOnlyList<CertificateQuestion> questions, int throttleLimit, TimeSpan timeout,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var trust = TrustStore.Of(context);
        var names = new HostNames();
        var outcomes = Channel.CreateUnbounded<CertificateOutcome>(new UnboundedChannelOptions { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = throttleLimit, CancellationToken = stop.Token };
        var running = Task.Run(
            async () =>
            {
                try
                {
                    await Parallel.ForEachAsync(questions, options, async (question, token) =>
                        outcomes.Writer.TryWrite(await LookAsync(context, question, trust, names, timeout, token).ConfigureAwait(false))).ConfigureAwait(false);
                }
                finally
                {
                    outcomes.Writer.TryComplete();
                }
            },
            CancellationToken.None);
        try
        {
            await foreach (var outcome in outcomes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return outcome;
            }

            await running.ConfigureAwait(false);
        }
        finally
        {
            // A reader that stops early (Select-Object -First) leaves no connection behind.
            await stop.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks at a certificate file.</summary>
    /// <param name="context">The environment by whose authorities it is judged.</param>
    /// <param name="path">The file.</param>
    /// <param name="serverName">The name that it must be valid for, if any.</param>
    /// <param name="checkRevocation">True to ask its authority whether it is revoked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The outcome.</returns>
    public static async Task<CertificateOutcome> ReadAsync(
        EnvironmentContext context, string path, string? serverName, bool checkRevocation, CancellationToken cancellationToken)
    {
        try
        {
            var found = await CertificateFile.InspectAsync(path, serverName, TrustStore.Of(context), checkRevocation, cancellationToken).ConfigureAwait(false);
            return new CertificateOutcome(path, found with { Environment = context.Name }, null);
        }
        catch (OperationException error)
        {
            return new CertificateOutcome(path, null, error);
        }
    }

    /// <summary>The SHA-256 of the first certificate of a file.</summary>
    /// <param name="path">The file, PEM or DER.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The hash, hexadecimal.</returns>
    /// <exception cref="OperationException"><c>CertificateFileInvalid</c>.</exception>
    public static Task<string> ThumbprintAsync(string path, CancellationToken cancellationToken) => CertificateFile.ThumbprintAsync(path, cancellationToken);

    private static async Task<CertificateOutcome> LookAsync(
        EnvironmentContext context, CertificateQuestion question, TrustStore trust, HostNames names, TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var name = question.Endpoint.Authority;
        try
        {
            var found = await CertificateFetcher.FetchAsync(question, trust, names, timeout, cancellationToken).ConfigureAwait(false);
            return new CertificateOutcome(name, found with { Environment = context.Name }, null);
        }
        catch (OperationException error)
        {
            return new CertificateOutcome(name, null, error);
        }
    }
}
