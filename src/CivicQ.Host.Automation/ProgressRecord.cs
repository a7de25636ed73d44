namespace System.Management.Automation;

/// <summary>How far an activity is.</summary>
public class ProgressRecord
{
    private string activity;
    private string status;
    private int parent = -1;
    private int percent = -1;

    public ProgressRecord(int activityId, string activity, string statusDescription)
    {
        if (activityId < 0)
        {
            throw new PSArgumentOutOfRangeException(nameof(activityId), activityId, "The activity's number is negative.");
        }

        ActivityId = activityId;
        this.activity = Filled(activity, nameof(activity));
        status = Filled(statusDescription, nameof(statusDescription));
    }

    public int ActivityId { get; }

    public int ParentActivityId
    {
        get => parent;
        set => parent = value == ActivityId ? throw new PSArgumentException("An activity cannot be its own parent.", nameof(value)) : value;
    }

    public string Activity
    {
        get => activity;
        set => activity = Filled(value, nameof(value));
    }

    public string StatusDescription
    {
        get => status;
        set => status = Filled(value, nameof(value));
    }

    public string? CurrentOperation { get; set; }

    /// <summary>0 to 100; below zero where unknown.</summary>
    public int PercentComplete
    {
        get => percent;
        set => percent = value > 100 ? throw new PSArgumentOutOfRangeException(nameof(value), value, "The percentage is above 100.") : value;
    }

    public int SecondsRemaining { get; set; } = -1;

    public ProgressRecordType RecordType { get; set; } = ProgressRecordType.Processing;

    public override string ToString() =>
        $"parent = {ParentActivityId} id = {ActivityId} act = {Activity} stat = {StatusDescription} cur = {CurrentOperation} pct = {PercentComplete} sec = {SecondsRemaining} type = {RecordType}";

    private static string Filled(string value, string name) =>
        string.IsNullOrEmpty(value) ? throw new PSArgumentException($"Cannot process argument because the value of argument \"{name}\" is not valid.", name) : value;
}
