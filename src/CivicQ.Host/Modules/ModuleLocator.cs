namespace CivicQ.Host.Modules;

/// <summary>Finds the module's manifest.</summary>
public static class ModuleLocator
{
    private const string FileName = "CivicQ.Ops.psd1";

    /// <summary>
    /// The file that <c>CIVICQ_MODULE</c> names; else <c>module/CivicQ.Ops.psd1</c> beside the executable; else the nearest one in the
    /// folders above it.
    /// </summary>
    /// <exception cref="ModuleLoadException">There is none.</exception>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable("CIVICQ_MODULE") is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new ModuleLoadException($"CIVICQ_MODULE names '{named}', which is not there.");
        }

        var beside = Path.Combine(AppContext.BaseDirectory, "module", FileName);
        if (File.Exists(beside))
        {
            return beside;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, FileName);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new ModuleLoadException($"The module was not found: no {FileName} beside or above '{AppContext.BaseDirectory}'. Set CIVICQ_MODULE to its path.");
    }
}
