using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Secrets;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>Runs a credential plugin.</summary>
internal static class ExecProcess
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(60);

    /// <summary>Runs it, with nothing on its standard input.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="OperationException">It is missing, failed, or took longer than a minute.</exception>
    public static async Task<string> RunAsync(ExecPlugin plugin, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(plugin.Command)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true,
        };
        foreach (var argument in plugin.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in plugin.Variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = Information(plugin);
        using var process = Start(start, plugin);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Allowed);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            var complaint = await errors.ConfigureAwait(false);
            var answer = await output.ConfigureAwait(false);
            return process.ExitCode == 0 ? answer : throw Failure(plugin, $"exit code {process.ExitCode}: {LastLines(complaint)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(plugin, FormattableString.Invariant($"no answer within {Allowed.TotalSeconds:0} s"));
        }
        finally
        {
            Kill(process);
        }
    }

    private static string Information(ExecPlugin plugin)
    {
        var specification = new JsonObject { ["interactive"] = false };
        if (plugin.Cluster is not null)
        {
            specification["cluster"] = plugin.Cluster.DeepClone();
        }

        return new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = specification }.ToJsonString();
    }

    private static Process Start(ProcessStartInfo start, ExecPlugin plugin)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or FileNotFoundException)
        {
            var hint = string.IsNullOrWhiteSpace(plugin.InstallHint) ? "" : $" {plugin.InstallHint.Trim()}";
            throw new OperationException(
                KubernetesErrors.CredentialPluginMissing, $"{plugin.Command}: the program that gives the credential cannot be started: {error.Message}.{hint}", plugin.Command, error);
        }
    }

    private static string LastLines(string text)
    {
        var shown = SecretMask.Text(text.Trim());
        return shown.Length == 0 ? "it said nothing" : shown.Length > 500 ? "…" + shown[^500..] : shown;
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It has ended meanwhile.
        }
    }

    private static OperationException Failure(ExecPlugin plugin, string what) =>
        new(KubernetesErrors.CredentialPluginFailed, $"{plugin.Command}: {what.TrimEnd('.')}.", plugin.Command);
}
