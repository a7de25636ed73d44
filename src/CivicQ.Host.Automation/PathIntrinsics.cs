namespace System.Management.Automation;

/// <summary>Resolves paths against the session's working directory.</summary>
public sealed class PathIntrinsics
{
    private readonly string workingDirectory;

    internal PathIntrinsics(string workingDirectory) => this.workingDirectory = IO.Path.GetFullPath(workingDirectory);

    public PathInfo CurrentLocation => new(workingDirectory);

    public PathInfo CurrentFileSystemLocation => new(workingDirectory);

    public string GetUnresolvedProviderPathFromPSPath(string path)
    {
        if (string.IsNullOrEmpty(path))
        {
            throw new PSArgumentException("Cannot bind argument to parameter 'Path' because it is an empty string.", nameof(path));
        }

        const string provider = "FileSystem::";
        var at = path.IndexOf(provider, StringComparison.OrdinalIgnoreCase);
        var plain = at >= 0 ? path[(at + provider.Length)..] : path;
        if (plain == "~" || plain.StartsWith("~/", StringComparison.Ordinal) || plain.StartsWith("~\\", StringComparison.Ordinal))
        {
            plain = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + plain[1..];
        }

        return IO.Path.GetFullPath(plain, workingDirectory);
    }

    public Collection<string> GetResolvedProviderPathFromPSPath(string path, out ProviderInfo provider)
    {
        provider = ProviderInfo.FileSystem;
        var full = GetUnresolvedProviderPathFromPSPath(path);
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return IO.Path.Exists(full)
                ? new Collection<string>([full])
                : throw new ItemNotFoundException($"Cannot find path '{full}' because it does not exist.") { Target = full };
        }

        IEnumerable<string> found = [IO.Path.GetPathRoot(full)!];
        foreach (var part in full[IO.Path.GetPathRoot(full)!.Length..].Split(IO.Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var pattern = WildcardPattern.ContainsWildcardCharacters(part) ? new WildcardPattern(part, FileNameOptions) : null;
            found = pattern is null
                ? found.Select(folder => IO.Path.Combine(folder, part)).Where(IO.Path.Exists)
                : found.Where(IO.Directory.Exists)
                    .SelectMany(folder => IO.Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
                    .Where(entry => pattern.IsMatch(IO.Path.GetFileName(entry)));
        }

        return new Collection<string>([.. found]);
    }

    public string Combine(string parent, string child) => IO.Path.Combine(parent, child);

    public string ParseChildName(string path) => IO.Path.GetFileName(path);

    public string ParseParent(string path, string root) => IO.Path.GetDirectoryName(path) ?? string.Empty;

    public bool IsValid(string path) => path.IndexOfAny(IO.Path.GetInvalidPathChars()) < 0;

    // PowerShell matches file names without regard to case on every system.
    private static WildcardOptions FileNameOptions => WildcardOptions.IgnoreCase;
}
