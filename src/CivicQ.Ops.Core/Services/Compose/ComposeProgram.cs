using System.ComponentModel;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>The Compose that this machine has: the docker CLI's plugin, else the program of its own.</summary>
/// <param name="Program">The program to start.</param>
/// <param name="First">What comes before Compose's own arguments.</param>
/// <param name="Version">Its version.</param>
internal sealed record ComposeProgram(string Program, IReadOnlyList<string> First, Version Version)
{
    // Older ones do not know --ansi and take service health for nothing.
    private static readonly Version Oldest = new(1, 29);

    /// <summary>Finds it.</summary>
    /// <param name="variables">Further variables of the child.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The program.</returns>
    /// <exception cref="OperationException"><c>ComposeNotInstalled</c>.</exception>
    public static async Task<ComposeProgram> FindAsync(IReadOnlyDictionary<string, string?> variables, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var (program, first) in ((string, string[])[])[("docker", ["compose"]), ("docker-compose", [])])
        {
            if (await VersionAsync(program, first, variables, cancellationToken).ConfigureAwait(false) is { } version)
            {
                if (version >= Oldest)
                {
                    return new ComposeProgram(program, first, version);
                }

                found.Add($"{string.Join(' ', [program, .. first])} {version}");
            }
        }

        throw new OperationException(
            ComposeErrors.NotInstalled,
            found.Count > 0 ? $"Compose {Oldest} or later is needed; this machine has {string.Join(" and ", found)}." : "This machine has neither 'docker compose' nor 'docker-compose' on its search path.");
    }

    private static async Task<Version?> VersionAsync(string program, IReadOnlyList<string> first, IReadOnlyDictionary<string, string?> variables, CancellationToken cancellationToken)
    {
        var output = new StringBuilder();
        try
        {
            var command = new SupervisedCommand { Program = program, Arguments = [.. first, "version", "--short"], Variables = variables };
            var code = await SupervisedProcess.RunAsync(command, (text, isError) => _ = isError ? output : Append(output, text), cancellationToken).ConfigureAwait(false);
            // 2.26.1-4 and v2.40.0 are versions too.
            var text = output.ToString().Trim().TrimStart('v');
            var end = 0;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            {
                end++;
            }

            return code == 0 && Version.TryParse(text[..end].TrimEnd('.'), out var version) ? version : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static StringBuilder Append(StringBuilder output, string text)
    {
        lock (output)
        {
            return output.Append(text);
        }
    }
}
