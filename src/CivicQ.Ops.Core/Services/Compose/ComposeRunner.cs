using System.ComponentModel;
using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;
using CivicQ.Ops.Core.Secrets;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>Runs Compose on a project: no shell, the engine's address in variables of the child, its process tree ended when it is cancelled.</summary>
public sealed partial class ComposeRunner
{
    private const int LinesKept = 4;
    private readonly ComposePlace place;
    private readonly Dictionary<string, string?> variables;
    private readonly Action<string> verbose;
    private ComposeProgram? program;

    /// <summary>Creates the runner.</summary>
    /// <param name="endpoint">The engine.</param>
    /// <param name="place">The project and its files.</param>
    /// <param name="verbose">Gets every line that Compose prints.</param>
    public ComposeRunner(DockerEndpoint endpoint, ComposePlace place, Action<string> verbose)
    {
        this.place = place;
        this.verbose = verbose;
        var tls = endpoint.Kind == DockerEndpointKind.Tls;
        variables = new Dictionary<string, string?>
        {
            ["DOCKER_HOST"] = endpoint.Address,
            ["DOCKER_CONTEXT"] = null,
            ["DOCKER_TLS_VERIFY"] = tls && !endpoint.SkipVerification ? "1" : null,
            ["DOCKER_TLS"] = tls ? "1" : null,
            ["DOCKER_CERT_PATH"] = tls ? endpoint.CertificateFolder : null,
            // What is given as arguments must not be overruled, and nothing may ask.
            ["COMPOSE_FILE"] = null,
            ["COMPOSE_PROJECT_NAME"] = null,
            ["COMPOSE_ANSI"] = "never",
            ["COMPOSE_INTERACTIVE_NO_CLI"] = "1",
        };
    }

    /// <summary>The version of Compose.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The version.</returns>
    /// <exception cref="OperationException"><c>ComposeNotInstalled</c>.</exception>
    public async Task<Version> GetVersionAsync(CancellationToken cancellationToken) => (await FindAsync(cancellationToken).ConfigureAwait(false)).Version;

    /// <summary>Runs one command of Compose to its end.</summary>
    /// <param name="arguments">The command and its arguments: <c>up</c>, <c>-d</c>, …</param>
    /// <param name="progress">Gets what it is at.</param>
    /// <param name="cancellationToken">Kills it with all that it started; containers that it made stay.</param>
    /// <returns>What it printed on its standard output.</returns>
    /// <exception cref="OperationException"><c>ComposeFileNotFound</c>, <c>ComposeNotInstalled</c>, <c>ComposeFailed</c>.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<string> arguments, Action<ServiceProgress>? progress, CancellationToken cancellationToken)
    {
        var files = place.Files.Count > 0 ? place.Files : throw new OperationException(
            ComposeErrors.FileNotFound, $"The Compose files of project '{place.Project}' are not known on this machine.", place.Project);
        if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
        {
            throw new OperationException(ComposeErrors.FileNotFound, $"The Compose file {missing} of project '{place.Project}' is not on this machine.", missing);
        }

        var compose = await FindAsync(cancellationToken).ConfigureAwait(false);
        var (output, last) = (new List<string>(), new Queue<string>());
        var command = new SupervisedCommand
        {
            Program = compose.Program,
            Folder = Path.GetDirectoryName(files[0]),
            Variables = variables,
            Arguments =
            [
                .. compose.First, "-p", place.Project, .. files.SelectMany(file => (string[])["-f", file]),
                .. place.EnvironmentFile is { } environment ? (string[])["--env-file", environment] : [], .. arguments,
            ],
        };
        var code = await SupervisedProcess.RunAsync(command, Line, cancellationToken).ConfigureAwait(false);
        return code == 0 ? output : throw new OperationException(
            ComposeErrors.Failed, $"Compose's '{arguments[0]}' of project '{place.Project}' ended with code {code}: {string.Join(" ", last)}", place.Project);

        void Line(string text, bool isError)
        {
            var clean = SecretMask.Text(Escape().Replace(text, "").Trim());
            if (clean.Length == 0)
            {
                return;
            }

            lock (last)
            {
                if (!isError)
                {
                    output.Add(text);
                }

                last.Enqueue(clean);
                if (last.Count > LinesKept)
                {
                    last.Dequeue();
                }

                verbose(clean);
                progress?.Invoke(new ServiceProgress(clean, 0, 0));
            }
        }
    }

    private async Task<ComposeProgram> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return program ??= await ComposeProgram.FindAsync(variables, cancellationToken).ConfigureAwait(false);
        }
        catch (Win32Exception error)
        {
            throw new OperationException(ComposeErrors.NotInstalled, $"Compose cannot be started: {error.Message}", null, error);
        }
    }

    // 2.26 clears the line before each one, also into a pipe.
    [GeneratedRegex(@"\u001B\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escape();
}
