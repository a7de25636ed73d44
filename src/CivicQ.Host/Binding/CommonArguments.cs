using System.Management.Automation;

namespace CivicQ.Host.Binding;

/// <summary>The common parameters' values. An unset preference is null.</summary>
public sealed class CommonArguments
{
    /// <summary>Shows verbose messages.</summary>
    [Parameter]
    [Alias("vb")]
    public SwitchParameter Verbose { get; set; }

    /// <summary>Shows debug messages.</summary>
    [Parameter]
    [Alias("db")]
    public SwitchParameter Debug { get; set; }

    /// <summary>What happens on a non-terminating error.</summary>
    [Parameter]
    [Alias("ea")]
    public ActionPreference? ErrorAction
    {
        get;
        set => field = Supported(value);
    }

    /// <summary>What happens on a warning.</summary>
    [Parameter]
    [Alias("wa")]
    public ActionPreference? WarningAction
    {
        get;
        set => field = Supported(value);
    }

    /// <summary>What happens on an information record.</summary>
    [Parameter]
    [Alias("infa")]
    public ActionPreference? InformationAction
    {
        get;
        set => field = Supported(value);
    }

    /// <summary>What happens on progress.</summary>
    [Parameter]
    [Alias("proga")]
    public ActionPreference? ProgressAction
    {
        get;
        set => field = Supported(value);
    }

    /// <summary>Refused: the host has no variables.</summary>
    [Parameter]
    [Alias("ev")]
    public string? ErrorVariable { get; set; }

    /// <summary>Refused: the host has no variables.</summary>
    [Parameter]
    [Alias("wv")]
    public string? WarningVariable { get; set; }

    /// <summary>Refused: the host has no variables.</summary>
    [Parameter]
    [Alias("iv")]
    public string? InformationVariable { get; set; }

    /// <summary>Refused: the host has no variables.</summary>
    [Parameter]
    [Alias("ov")]
    public string? OutVariable { get; set; }

    /// <summary>Refused: the host has no variables.</summary>
    [Parameter]
    [Alias("pv")]
    public string? PipelineVariable { get; set; }

    /// <summary>Accepted and of no effect: every object goes on as it is written.</summary>
    [Parameter]
    [Alias("ob")]
    public int OutBuffer { get; set; }

    private static ActionPreference? Supported(ActionPreference? preference) => preference is not ActionPreference.Suspend
        ? preference
        : throw new PSNotSupportedException(
            "The Suspend ActionPreference value is reserved for future use and is not supported at this time. For more information about preference variables, see the Help topic, \"about_Preference_Variables.\"");
}
