using System.Management.Automation;
using System.Text.RegularExpressions;

namespace CivicQ.Host.Builtins;

/// <summary>Where-Object with PowerShell's property syntax: <c>Where-Object Status -ne Healthy</c>.</summary>
[Cmdlet("Where", "Object", DefaultParameterSetName = "BooleanSet")]
public sealed class WhereObjectCommand : PSCmdlet
{
    /// <summary>The object to judge.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The property to judge it by.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Property { get; set; } = string.Empty;

    /// <summary>What the property is compared with.</summary>
    [Parameter(Position = 1)]
    public object? Value { get; set; }

    /// <summary>Equal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "EqualSet")]
    [Alias("IEQ")]
    public SwitchParameter EQ { get; set; }

    /// <summary>Not equal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NotEqualSet")]
    [Alias("INE")]
    public SwitchParameter NE { get; set; }

    /// <summary>Greater.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "GreaterThanSet")]
    [Alias("IGT")]
    public SwitchParameter GT { get; set; }

    /// <summary>Greater or equal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "GreaterOrEqualSet")]
    [Alias("IGE")]
    public SwitchParameter GE { get; set; }

    /// <summary>Less.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LessThanSet")]
    [Alias("ILT")]
    public SwitchParameter LT { get; set; }

    /// <summary>Less or equal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LessOrEqualSet")]
    [Alias("ILE")]
    public SwitchParameter LE { get; set; }

    /// <summary>Matches a wildcard pattern.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LikeSet")]
    [Alias("ILike")]
    public SwitchParameter Like { get; set; }

    /// <summary>Does not match a wildcard pattern.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NotLikeSet")]
    [Alias("INotLike")]
    public SwitchParameter NotLike { get; set; }

    /// <summary>Matches a regular expression.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "MatchSet")]
    [Alias("IMatch")]
    public SwitchParameter Match { get; set; }

    /// <summary>Does not match a regular expression.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NotMatchSet")]
    [Alias("INotMatch")]
    public SwitchParameter NotMatch { get; set; }

    /// <summary>The property's list holds the value.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ContainsSet")]
    [Alias("IContains")]
    public SwitchParameter Contains { get; set; }

    /// <summary>The property's list does not hold the value.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NotContainsSet")]
    [Alias("INotContains")]
    public SwitchParameter NotContains { get; set; }

    /// <summary>The property is one of the values.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "InSet")]
    [Alias("IIn")]
    public SwitchParameter In { get; set; }

    /// <summary>The property is none of the values.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NotInSet")]
    [Alias("INotIn")]
    public SwitchParameter NotIn { get; set; }

    /// <summary>Equal; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveEqualSet")]
    public SwitchParameter CEQ { get; set; }

    /// <summary>Not equal; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveNotEqualSet")]
    public SwitchParameter CNE { get; set; }

    /// <summary>Greater; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveGreaterThanSet")]
    public SwitchParameter CGT { get; set; }

    /// <summary>Greater or equal; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveGreaterOrEqualSet")]
    public SwitchParameter CGE { get; set; }

    /// <summary>Less; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveLessThanSet")]
    public SwitchParameter CLT { get; set; }

    /// <summary>Less or equal; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveLessOrEqualSet")]
    public SwitchParameter CLE { get; set; }

    /// <summary>Matches a wildcard pattern; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveLikeSet")]
    public SwitchParameter CLike { get; set; }

    /// <summary>Does not match a wildcard pattern; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveNotLikeSet")]
    public SwitchParameter CNotLike { get; set; }

    /// <summary>Matches a regular expression; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveMatchSet")]
    public SwitchParameter CMatch { get; set; }

    /// <summary>Does not match a regular expression; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveNotMatchSet")]
    public SwitchParameter CNotMatch { get; set; }

    /// <summary>The property's list holds the value; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveContainsSet")]
    public SwitchParameter CContains { get; set; }

    /// <summary>The property's list does not hold the value; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveNotContainsSet")]
    public SwitchParameter CNotContains { get; set; }

    /// <summary>The property is one of the values; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveInSet")]
    public SwitchParameter CIn { get; set; }

    /// <summary>The property is none of the values; capitals and small letters differ.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CaseSensitiveNotInSet")]
    public SwitchParameter CNotIn { get; set; }

    /// <summary>The property is false, empty or missing.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NotSet")]
    public SwitchParameter Not { get; set; }

    private bool IsCaseSensitive => ParameterSetName.StartsWith("CaseSensitive", StringComparison.Ordinal);

    private string Operator => ParameterSetName.Replace("CaseSensitive", string.Empty, StringComparison.Ordinal);

    private RegexOptions Case => IsCaseSensitive ? RegexOptions.None : RegexOptions.IgnoreCase;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var hasValue = MyInvocation.BoundParameters.ContainsKey(nameof(Value));
        if (Operator == "BooleanSet" && hasValue)
        {
            Refuse("OperatorNotSpecified", "An operator is required to compare the two specified values. Include a valid operator in the command, and then try the command again. For example, Get-Process | Where-Object -Property Name -eq Idle");
        }
        else if (Operator is not ("BooleanSet" or "NotSet") && !hasValue)
        {
            Refuse("ValueNotSpecifiedForWhereObject", "The specified operator requires both the -Property and -Value parameters. Provide values for both parameters, and then try the command again.");
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        var passes = false;
        try
        {
            passes = Passes(PropertyReader.Read(InputObject, Property));
        }
        catch (RegexParseException error)
        {
            Report(error, $"The argument to operator '{OperatorName}' is not valid: {error.Message}.", "BadOperatorArgument", ErrorCategory.InvalidArgument);
        }
        catch (Exception error) when (error is PSInvalidCastException or ArgumentException)
        {
            Report(error, $"The '{OperatorName}' operator failed: {error.Message}.", "OperatorFailed", ErrorCategory.InvalidOperation);
        }

        if (passes)
        {
            WriteObject(InputObject);
        }
    }

    // PowerShell's own name of the operator that its set stands for.
    private string OperatorName => (IsCaseSensitive ? "C" : "I") + Operator switch
    {
        "EqualSet" => "eq",
        "NotEqualSet" => "ne",
        "GreaterThanSet" => "gt",
        "GreaterOrEqualSet" => "ge",
        "LessThanSet" => "lt",
        "LessOrEqualSet" => "le",
        var set => set[..^3].ToLowerInvariant(),
    };

    private void Refuse(string id, string message) =>
        ThrowTerminatingError(new ErrorRecord(new PSArgumentException(message), id, ErrorCategory.InvalidArgument, null));

    private void Report(Exception error, string message, string id, ErrorCategory category) =>
        WriteError(new ErrorRecord(new PSInvalidOperationException(message, error), id, category, InputObject));

    private bool Same(object? one, object? other) => LanguagePrimitives.Equals(one, other, !IsCaseSensitive);

    private bool Holds(object? list, object? value) => (LanguagePrimitives.GetEnumerable(list) ?? new[] { list }).Cast<object?>().Any(item => Same(item, value));

    private bool Passes(object? actual) => Operator switch
    {
        "EqualSet" => Same(actual, Value),
        "NotEqualSet" => !Same(actual, Value),
        "GreaterThanSet" => Compare(actual) > 0,
        "GreaterOrEqualSet" => Compare(actual) >= 0,
        "LessThanSet" => Compare(actual) < 0,
        "LessOrEqualSet" => Compare(actual) <= 0,
        "LikeSet" => IsLike(actual),
        "NotLikeSet" => !IsLike(actual),
        "MatchSet" => IsMatch(actual),
        "NotMatchSet" => !IsMatch(actual),
        "ContainsSet" => Holds(actual, Value),
        "NotContainsSet" => !Holds(actual, Value),
        "InSet" => Holds(Value, actual),
        "NotInSet" => !Holds(Value, actual),
        "NotSet" => !LanguagePrimitives.IsTrue(actual),
        _ => LanguagePrimitives.IsTrue(actual),
    };

    private int Compare(object? actual) => LanguagePrimitives.Compare(actual, Value, !IsCaseSensitive);

    private bool IsLike(object? actual) =>
        new WildcardPattern(LanguagePrimitives.ConvertTo<string>(Value), IsCaseSensitive ? WildcardOptions.None : WildcardOptions.IgnoreCase).IsMatch(LanguagePrimitives.ConvertTo<string>(actual));

    private bool IsMatch(object? actual) =>
        Regex.IsMatch(LanguagePrimitives.ConvertTo<string>(actual), LanguagePrimitives.ConvertTo<string>(Value), Case);
}
