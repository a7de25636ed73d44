using System.Collections;
using System.Management.Automation;
using CivicQ.Ops.Core.Database.Queries;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Runs SQL and gives its rows as objects, one by one. It cannot write unless <c>-AllowWrite</c> says so.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CivicQQuery", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(PSObject))]
public sealed class InvokeCivicQQueryCommand : DatabaseCmdlet
{
    /// <summary>The statement, or several with semicolons between; parameters are written <c>@name</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string Query { get; set; } = "";

    /// <summary>The parameters' values: <c>@{ name = value }</c>.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    public Hashtable? Parameter { get; set; }

    /// <summary>Lets the statement write.</summary>
    [Parameter]
    public SwitchParameter AllowWrite { get; set; }

    /// <summary>How long it may take, rows included; without it as long as it needs.</summary>
    [Parameter]
    [ValidateRange(0.001, 604_800.0)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>How many rows to give at most.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long? MaximumRows { get; set; }

    /// <inheritdoc/>
    private protected override IEnumerable<KeyValuePair<string, object>> JournalledParameters =>
        base.JournalledParameters.Select(pair => pair.Key switch
        {
            nameof(Query) => new KeyValuePair<string, object>(pair.Key, Core.Database.StatementText.Clean(Query) ?? ""),
            // The names tell what the statement was given; the values are people's data.
            nameof(Parameter) => new KeyValuePair<string, object>(pair.Key, (Parameter?.Keys.Cast<object>() ?? []).Select(key => key.ToString() ?? "").ToArray()),
            _ => pair,
        });

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var request = new QueryRequest
        {
            Query = Query, Parameters = Values(), Database = Database, AllowWrite = AllowWrite, MaximumRows = MaximumRows,
            Timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
        var target = $"{context.Name}{(Database is null ? "" : "/" + Database)}";
        if (AllowWrite && !await ShouldProcessAsync(target, $"Run {Core.Database.StatementText.Clean(Query)}", context.Name).ConfigureAwait(false))
        {
            return;
        }

        await foreach (var row in QueryRunner.RunAsync(context, request, cancellationToken).ConfigureAwait(false))
        {
            var item = new PSObject();
            for (var column = 0; column < row.Columns.Count; column++)
            {
                item.Properties.Add(new PSNoteProperty(row.Columns[column], row.Values[column]));
            }

            await WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
    }

    private Dictionary<string, object?> Values()
    {
        var result = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Parameter ?? [])
        {
            result[LanguagePrimitives.ConvertTo<string>(entry.Key)] = Bare(entry.Value);
        }

        return result;
    }

    private static object? Bare(object? value) => value switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => Bare(wrapped.BaseObject),
        object[] list => list.Select(Bare).ToArray(),
        _ => value,
    };
}
