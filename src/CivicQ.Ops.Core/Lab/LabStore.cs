using System.Text.Json;
using System.Text.Json.Serialization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The lab's folder: its state, its secrets and the servers' own folders, for its owner alone.</summary>
/// <param name="folder">The folder.</param>
internal sealed class LabStore(string folder)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };
    private readonly object gate = new();

    /// <summary>The user's lab, in the folder of the user's records.</summary>
    public static LabStore Default => new(Path.Combine(UserFolders.StateFolder(), "lab"));

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>Where Redis has its data.</summary>
    public string RedisFolder => Path.Combine(folder, "redis");

    /// <summary>Where the API has its settings and logs.</summary>
    public string ApiFolder => Path.Combine(folder, "api");

    /// <summary>The application's log.</summary>
    public string ApplicationLog => Path.Combine(ApiFolder, "app.log");

    /// <summary>The access log.</summary>
    public string AccessLog => Path.Combine(ApiFolder, "access.log");

    /// <summary>Where drills keep what they have done.</summary>
    public string DrillFolder => Path.Combine(folder, "drills");

    /// <summary>Where backups are kept.</summary>
    public string BackupFolder => Path.Combine(folder, "backups");

    /// <summary>Where Celery's application is.</summary>
    public string CeleryFolder => Path.Combine(folder, "celery");

    /// <summary>Where the authority and the certificates are.</summary>
    public string CertificateFolder => Path.Combine(folder, "certificates");

    /// <summary>Where the Alembic project is.</summary>
    public string MigrationFolder => Path.Combine(folder, "alembic");

    // The names of everything that the lab makes in its folder.
    private static readonly string[] Names = ["alembic", "api", "backups", "celery", "certificates", "drills", "identity.json", "postgres", "redis", "secrets", "state.json"];

    private string StateFile => Path.Combine(folder, "state.json");

    // What the state was at the beginning, never written again: where the state is damaged, the cluster's folder and the id are still known.
    private string IdentityFile => Path.Combine(folder, "identity.json");

    /// <summary>Reads the state; <see langword="null"/> where there is none.</summary>
    /// <exception cref="OperationException"><c>LabStateInvalid</c>.</exception>
    public LabState? Read() => Read(StateFile);

    /// <summary>Reads the state, and where it is damaged what it was at first; <see langword="null"/> where neither can be read.</summary>
    public LabState? ReadWhatThereIs()
    {
        foreach (var file in new[] { StateFile, IdentityFile })
        {
            try
            {
                if (Read(file) is { } state)
                {
                    return state;
                }
            }
            catch (OperationException error) when (error.Definition != LabErrors.NotReadable)
            {
                // The other one may be whole; pid files and folders still say what there is.
            }
        }

        return null;
    }

    /// <summary>Writes the first state.</summary>
    public void Begin(LabState state)
    {
        LabFiles.MakeFolder(folder);
        LabFiles.Write(IdentityFile, JsonSerializer.Serialize(state, Json));
        Write(state);
    }

    /// <summary>Whether the folder is one that the lab made, or is to make: nothing else may ever be removed.</summary>
    /// <exception cref="OperationException"><c>LabFolderForeign</c>.</exception>
    public void EnsureOwn()
    {
        try
        {
            var foreign = !Directory.Exists(folder) || File.Exists(StateFile) || File.Exists(IdentityFile)
                ? null
                : Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).FirstOrDefault(name => !IsOwn(name!));
            if (foreign is not null)
            {
                throw new OperationException(LabErrors.FolderForeign, $"{folder} is not the lab's: it holds '{foreign}'. Nothing was removed.", folder);
            }
        }
        catch (UnauthorizedAccessException error)
        {
            throw new OperationException(LabErrors.FolderForeign, $"{folder} is another user's: {error.Message} Nothing was removed.", folder, error);
        }
    }

    /// <summary>Whether a folder can be the lab's cluster, which goes with the lab: by its name, whatever a damaged state says.</summary>
    public bool IsCluster(string path) =>
        string.Equals(Path.GetFullPath(path), Path.Combine(folder, "postgres"), StringComparison.Ordinal)
        || Path.GetFileName(path).StartsWith(LabPostgres.FolderName + "-", StringComparison.Ordinal);

    /// <summary>The folder of the lab's cluster.</summary>
    public string Cluster(LabState? state) => state is { PostgresFolder: var noted } && IsCluster(noted) ? noted : Path.Combine(folder, "postgres");

    /// <summary>Writes the state.</summary>
    public void Write(LabState state)
    {
        LabFiles.MakeFolder(folder);
        LabFiles.Write(StateFile, JsonSerializer.Serialize(state, Json));
    }

    /// <summary>Adds a server to the state at once, so that a later crash of this process does not lose it.</summary>
    public void Add(LabStateServer server) =>
        Change(state => state with { Servers = [.. state.Servers.Where(other => other.Kind != server.Kind), server] });

    /// <summary>Changes the state, where there is one.</summary>
    public void Change(Func<LabState, LabState> change)
    {
        lock (gate)
        {
            if (Read() is { } state)
            {
                Write(change(state));
            }
        }
    }

    /// <summary>The file of a secret.</summary>
    public string SecretFile(string name) => Path.Combine(folder, "secrets", name);

    /// <summary>Makes a random secret and writes it to its file.</summary>
    public string NewSecret(string name)
    {
        var secret = LabPassword.Create();
        KeepSecret(name, secret);
        return secret;
    }

    /// <summary>Writes a secret to its file.</summary>
    public void KeepSecret(string name, string secret)
    {
        LabFiles.MakeFolder(Path.Combine(folder, "secrets"));
        LabFiles.Write(SecretFile(name), secret);
    }

    /// <summary>Sees to it that this account may look whether there is a lab: of another user's folder "there is none" would be a guess.</summary>
    /// <exception cref="OperationException"><c>LabNotReadable</c>.</exception>
    public void EnsureReadable()
    {
        try
        {
            File.GetAttributes(StateFile);
        }
        catch (IOException)
        {
            // There is none, or not yet; what else is wrong with the folder shows when it is used.
        }
        catch (UnauthorizedAccessException error)
        {
            throw Unreadable(folder, error);
        }
    }

    /// <summary>
    /// Keeps other processes from starting or stopping the lab meanwhile; the operating system lets go when this process dies. The lock
    /// file stays: whoever opened it before it was removed would hold a lock beside the next one's.
    /// </summary>
    /// <exception cref="OperationException"><c>LabBusy</c>, <c>LabFolderNotWritable</c>.</exception>
    public IDisposable Lock()
    {
        try
        {
            LabFiles.MakeFolder(Path.GetDirectoryName(folder)!);
            return FileLock.Acquire(folder + ".lock", TimeSpan.Zero);
        }
        catch (TimeoutException error)
        {
            throw new OperationException(LabErrors.Busy, $"Another process is starting or stopping the lab in {folder}.", folder, error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new OperationException(LabErrors.FolderNotWritable, $"{Path.GetDirectoryName(folder)} cannot be written: {error.Message}", folder, error);
        }
    }

    private static OperationException Unreadable(string path, Exception error) => new(
        LabErrors.NotReadable, $"A lab may run here, but {path} is not readable for the account '{Environment.UserName}': {error.Message}", path, error);

    // A file that was being written when its writer died still has '.part' behind its name, and a drill's new key '.new'.
    private static bool IsOwn(string name) => Names.Contains(Path.GetExtension(name) is ".part" or ".new" ? Path.GetFileNameWithoutExtension(name) : name, StringComparer.Ordinal);

    private static LabState? Read(string file)
    {
        try
        {
            var state = JsonSerializer.Deserialize<LabState>(File.ReadAllText(file), Json);
            // 'required' means that a member is there, and not that it is no null.
            return state is { Id: not null, PostgresFolder: not null, Servers: { } servers } && servers.All(server => server is not null)
                ? state
                : throw new JsonException("a part of it is missing.");
        }
        catch (IOException) when (!File.Exists(file))
        {
            return null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw Unreadable(file, error);
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            throw new OperationException(LabErrors.StateInvalid, $"{file} cannot be read: {error.Message}", file, error);
        }
    }
}
