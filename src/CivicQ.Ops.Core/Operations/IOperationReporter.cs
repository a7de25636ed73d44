namespace CivicQ.Ops.Core.Operations;

/// <summary>Where an operation says what it is doing. Any thread may call it; no call waits for the screen.</summary>
public interface IOperationReporter
{
    /// <summary>A sentence for those who follow closely.</summary>
    /// <param name="message">The sentence, without secrets.</param>
    void Verbose(string message);

    /// <summary>A sentence for those who mend this module.</summary>
    /// <param name="message">The sentence, without secrets.</param>
    void Debug(string message);

    /// <summary>Something that the operator should know, though the operation goes on.</summary>
    /// <param name="message">The sentence, without secrets.</param>
    void Warning(string message);

    /// <summary>How far the operation is. Too frequent reports are dropped.</summary>
    /// <param name="report">The report.</param>
    void Progress(ProgressReport report);
}
