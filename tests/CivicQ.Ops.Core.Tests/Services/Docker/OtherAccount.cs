using System.Diagnostics;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Tests.Services.Docker;

/// <summary>Asks an engine as the account nobody, by starting this assembly again.</summary>
internal static class OtherAccount
{
    /// <summary>The argument with which the assembly is to do so.</summary>
    public const string Argument = "ask-docker";

    /// <summary>Asks.</summary>
    /// <param name="address">The engine.</param>
    /// <param name="folder">A folder to put what the account must be able to read.</param>
    /// <returns>The error's identifier.</returns>
    public static async Task<string> AskAsync(string address, string folder)
    {
        var copy = Directory.CreateDirectory(Path.Combine(folder, "assembly")).FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        var start = new ProcessStartInfo(
            "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", Environment.ProcessPath!, Path.Combine(copy, Path.GetFileName(typeof(OtherAccount).Assembly.Location)), Argument, address])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["HOME"] = copy;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Trim();
    }

    /// <summary>What the other process does.</summary>
    public static int Run(string address)
    {
        try
        {
            using var client = DockerClient.Create(new DockerOptions { Host = address });
            client.GetEngineAsync(CancellationToken.None).GetAwaiter().GetResult();
            Console.WriteLine("none");
        }
        catch (OperationException error)
        {
            Console.WriteLine(error.Definition.Id);
        }

        return 0;
    }
}
