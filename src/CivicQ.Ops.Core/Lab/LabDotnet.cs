using System.Runtime.InteropServices;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Finds the .NET host and the lab's API program.</summary>
internal static class LabDotnet
{
    private const string Runtime = "Microsoft.AspNetCore.App";
    private const int Major = 10;
    private const string Program = "CivicQ.Lab.dll";

    // From where Core lies: the module's dependencies folder; beside it; the host's folder in the repository.
    private static readonly string[] Places = [Path.Combine("..", "lab"), "lab", Path.Combine("..", "..", "bin", "lab")];

    /// <summary>The path of a <c>dotnet</c> that has the ASP.NET Core runtime of the lab's version; <see langword="null"/> where there is none.</summary>
    public static string? Find()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string? Variable(string variable) => Environment.GetEnvironmentVariable(variable);
        var candidates = new[]
        {
            Variable("DOTNET_HOST_PATH"),
            Variable("DOTNET_ROOT") is { Length: > 0 } root ? Path.Combine(root, name) : null,
            Environment.ProcessPath,
            Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name)),
            LabPrograms.OnPath("dotnet"),
            "/usr/share/dotnet/dotnet",
            "/usr/lib/dotnet/dotnet",
            "/usr/local/share/dotnet/dotnet",
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", name),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "dotnet", name),
        };
        return candidates.OfType<string>().Where(path => Path.GetFileName(path) == name && File.Exists(path)).FirstOrDefault(HasRuntime);
    }

    /// <summary>The path of the API's program: beside the module; <see langword="null"/> where it is not.</summary>
    public static string? ApiProgram()
    {
        var folder = Path.GetDirectoryName(typeof(LabDotnet).Assembly.Location);
        return folder is null
            ? null
            : Places.Select(place => Path.GetFullPath(Path.Combine(folder, place, Program))).FirstOrDefault(File.Exists);
    }

    private static bool HasRuntime(string dotnet)
    {
        // /usr/bin/dotnet is a link to where the runtimes are.
        var real = File.ResolveLinkTarget(dotnet, returnFinalTarget: true)?.FullName ?? dotnet;
        var shared = Path.Combine(Path.GetDirectoryName(real)!, "shared", Runtime);
        return Directory.Exists(shared) && Directory.EnumerateDirectories(shared, $"{Major}.*").Any();
    }
}
