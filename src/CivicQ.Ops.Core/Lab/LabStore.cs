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

    /// <summary>Where Celery's application is.</summary>
    public string CeleryFolder => Path.Combine(folder, "celery");

    /// <summary>Where the authority and the certificates are.</summary>
    public string CertificateFolder => Path.Combine(folder, "certificates");

    private string StateFile => Path.Combine(folder, "state.json");

    /// <summary>Reads the state; <see langword="null"/> where there is none.</summary>
    /// <exception cref="OperationException"><c>LabStateInvalid</c>.</exception>
    public LabState? Read()
    {
        try
        {
            return File.Exists(StateFile) ? JsonSerializer.Deserialize<LabState>(File.ReadAllText(StateFile), Json) : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new OperationException(LabErrors.StateInvalid, $"{StateFile} cannot be read: {error.Message}", StateFile, error);
        }
    }

    /// <summary>Writes the state.</summary>
    public void Write(LabState state)
    {
        LabFiles.MakeFolder(folder);
        LabFiles.Write(StateFile, JsonSerializer.Serialize(state, Json));
    }

    /// <summary>Adds a server to the state at once, so that a later crash of this process does not lose it.</summary>
    public void Add(LabStateServer server)
    {
        lock (gate)
        {
            if (Read() is { } state)
            {
                Write(state with { Servers = [.. state.Servers.Where(other => other.Kind != server.Kind), server] });
            }
        }
    }

    /// <summary>The file of a secret.</summary>
    public string SecretFile(string name) => Path.Combine(folder, "secrets", name);

    /// <summary>Makes a random secret and writes it to its file.</summary>
    public string NewSecret(string name)
    {
        var secret = LabPassword.Create();
        LabFiles.MakeFolder(Path.Combine(folder, "secrets"));
        LabFiles.Write(SecretFile(name), secret);
        return secret;
    }

    /// <summary>Keeps other processes from starting or stopping the lab meanwhile; the operating system lets go when this process dies.</summary>
    /// <exception cref="OperationException"><c>LabBusy</c> or <c>LabFolderUnusable</c>.</exception>
    public IDisposable Lock()
    {
        var parent = Path.GetDirectoryName(folder)!;
        try
        {
            LabFiles.MakeFolder(parent);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(LabErrors.FolderUnusable, $"The folder {parent} cannot be made: {error.Message}", parent, error);
        }

        try
        {
            return new FileStream(folder + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new OperationException(LabErrors.FolderUnusable, $"The folder {parent} cannot be written: {error.Message}", parent, error);
        }
        catch (IOException error)
        {
            throw new OperationException(LabErrors.Busy, $"Another process is starting or stopping the lab in {folder}.", folder, error);
        }
    }
}
