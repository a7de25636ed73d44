using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Runs the real Alembic: no shell, the address of the database in a variable of the child alone, its process tree ended when it is cancelled.</summary>
internal static class AlembicProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="project">The project.</param>
    /// <param name="arguments">The command and its arguments; never a secret.</param>
    /// <param name="variables">Further variables of the child.</param>
    /// <param name="line">Told of every line as it comes: its text, and whether it was an error stream's. From other threads.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="OperationException"><c>MigrationProgramNotInstalled</c>.</exception>
    public static async Task<int> RunAsync(
        AlembicProject project, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, Action<string, bool> line, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(project, arguments, variables);
        process.StandardInput.Close();
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput, text => line(text, false)), ReadAsync(process.StandardError, text => line(text, true)));
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        // A grandchild that outlives Alembic would keep the pipes open.
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None)).ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>Where a program is that a path or a name on the PATH leads to; <see langword="null"/> where nothing can be run there.</summary>
    public static string? Find(string program)
    {
        var places = program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || program.Contains(Path.AltDirectorySeparatorChar, StringComparison.Ordinal)
            ? [Path.GetFullPath(program)]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program));
        return places.SelectMany(path => OperatingSystem.IsWindows() ? [path, path + ".exe"] : new[] { path }).FirstOrDefault(IsRunnable);
    }

    private static bool IsRunnable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    private static Process Start(AlembicProject project, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo
        {
            FileName = project.Program,
            WorkingDirectory = project.Folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in (string[])["-c", AlembicProject.SettingsFile, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        // Lines as they come, in one encoding, and nothing written beside the scripts.
        start.Environment["PYTHONUNBUFFERED"] = "1";
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new OperationException(
                MigrationErrors.ProgramNotInstalled, string.Create(CultureInfo.InvariantCulture, $"'{project.Program}' cannot be started: {error.Message}"), project.Program, error);
        }
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } text)
        {
            line(text);
        }
    }
}
