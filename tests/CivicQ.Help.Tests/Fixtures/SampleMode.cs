namespace CivicQ.Help.Tests.Fixtures;

public enum SampleMode
{
    Fast,
    Careful,
}
