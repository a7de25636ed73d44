namespace CivicQ.Host.Builtins;

/// <summary>The host's own commands on objects, which pipelines of cmdlets are hardly of use without.</summary>
public static class BuiltinCommands
{
    /// <summary>Hands each command's name, class and aliases over.</summary>
    public static void Register(RegisterCommand register)
    {
        register("Where-Object", typeof(WhereObjectCommand), "where", "?");
        register("Select-Object", typeof(SelectObjectCommand), "select");
        register("Sort-Object", typeof(SortObjectCommand), "sort");
        register("Measure-Object", typeof(MeasureObjectCommand), "measure");
        register("ForEach-Object", typeof(ForEachObjectCommand), "foreach", "%");
    }
}
