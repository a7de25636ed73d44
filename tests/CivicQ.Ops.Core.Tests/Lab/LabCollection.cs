namespace CivicQ.Ops.Core.Tests.Lab;

/// <summary>The tests that share one running lab; one after the other.</summary>
[CollectionDefinition("Lab")]
public sealed class LabCollection : ICollectionFixture<RunningLab>;
