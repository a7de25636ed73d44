using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.HostResources;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.HostResources;

public sealed class HostMonitorTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("civicq-host-").FullName;

    public HostMonitorTests()
    {
        Put("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 50 0 50 400 0 0 0 0 0 0\ncpu1 50 0 50 400 0 0 0 0 0 0\nctxt 1\n");
        Put("proc/meminfo", "MemTotal:       8388608 kB\nMemFree:         100000 kB\nMemAvailable:    2097152 kB\nSwapTotal:       1048576 kB\nSwapFree:         524288 kB\n");
        Put("proc/loadavg", "1.00 0.50 0.25 1/100 1234\n");
        Put("proc/uptime", "3600.00 7000.00\n");
        Put("proc/self/cgroup", "0::/system.slice/app\n");
        Put("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:5 / /proc rw - proc proc rw\n3 1 8:1 /etc/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n4 1 8:1 /x /tmp rw - ext4 /dev/sda1 rw\n");
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private void Put(string path, string text)
    {
        var full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private async Task<Dictionary<HostResourceKind, HostResource>> MeasureAsync(CivicQEnvironment? environment = null) =>
        (await HostMonitor.MeasureAsync(new LinuxHostReader(root), environment ?? new CivicQEnvironment { Name = "t" }, TimeSpan.FromMilliseconds(10), [], CancellationToken.None))
        .ToDictionary(resource => resource.Resource);

    [SkippableFact]
    public async Task Memory_swap_load_and_uptime_are_the_kernels()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var found = await MeasureAsync();
        Assert.Equal(0.75, found[HostResourceKind.Memory].UsedRatio);
        Assert.Equal(HealthStatus.Healthy, found[HostResourceKind.Memory].Status);
        Assert.Equal(0.5, found[HostResourceKind.Swap].UsedRatio);
        Assert.Equal(0.5, found[HostResourceKind.Load].UsedRatio);
        Assert.Equal(3600, found[HostResourceKind.Uptime].Used);
        Assert.Equal("/", found[HostResourceKind.Disk].Name);
    }

    [Fact]
    public async Task What_the_check_itself_uses_does_not_count()
    {
        var (busy, own) = (10.0, 0.0);
        var reader = new OthersReader(new Clock(() => (busy += 2, busy * 2)), () => TimeSpan.FromSeconds(own += 1.5));
        var found = await HostMonitor.MeasureAsync(reader, new CivicQEnvironment { Name = "t" }, TimeSpan.FromMilliseconds(1), [], CancellationToken.None);
        // Two of four seconds were used, one and a half of them by this process.
        Assert.Equal(0.125, found.Single(resource => resource.Resource == HostResourceKind.Cpu).UsedRatio);
    }

    private sealed class Clock(Func<(double Busy, double Available)> read) : IHostReader
    {
        public CpuReading ReadCpu()
        {
            var (busy, available) = read();
            return new CpuReading(busy, available, 4, "host");
        }

        public IEnumerable<HostResource> ReadMemory() => [];

        public IEnumerable<MountPoint> ReadMounts() => [];
    }

    [SkippableFact]
    public async Task A_containers_limits_count_wherever_they_are_set()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        Put("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
        Put("sys/fs/cgroup/system.slice/app/memory.max", "max\n");
        Put("sys/fs/cgroup/system.slice/memory.max", "1073741824\n");
        Put("sys/fs/cgroup/system.slice/memory.current", "1020054733\n");
        Put("sys/fs/cgroup/system.slice/memory.stat", "anon 1\ninactive_file 20054733\n");
        Put("sys/fs/cgroup/system.slice/app/cpu.max", "50000 100000\n");
        Put("sys/fs/cgroup/system.slice/app/cpu.stat", "usage_usec 1000\n");
        var found = await MeasureAsync();
        var memory = found[HostResourceKind.Memory];
        Assert.Equal(("cgroup", 1073741824d, 1000000000d, HealthStatus.Unhealthy), (memory.Name, memory.Total, memory.Used, memory.Status));
        Assert.Equal(("cgroup", 0.5, 0d), (found[HostResourceKind.Cpu].Name, found[HostResourceKind.Cpu].Total, found[HostResourceKind.Cpu].Used));
    }

    [SkippableFact]
    public async Task Version_1_groups_and_their_way_of_writing_no_limit_are_read()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        Put("proc/self/cgroup", "3:cpu,cpuacct:/docker/abc\n2:memory:/docker/abc\n");
        Put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Put("sys/fs/cgroup/memory/memory.usage_in_bytes", "1000\n");
        Assert.Equal("host", (await MeasureAsync())[HostResourceKind.Memory].Name);
        Put("sys/fs/cgroup/memory/memory.limit_in_bytes", "4294967296\n");
        Assert.Equal("cgroup", (await MeasureAsync())[HostResourceKind.Memory].Name);
    }

    [SkippableFact]
    public async Task A_full_disk_is_unhealthy_by_the_environments_own_limit()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var environment = new CivicQEnvironment { Name = "t", Thresholds = new Dictionary<string, ThresholdOverride> { ["Host.Disk"] = new(0, 0) } };
        var results = await HealthRunner.CheckOneAsync(new HostHealthProbe(), TestContexts.Create(environment), ThresholdSet.For(environment), CancellationToken.None);
        var disk = results.First(result => result.Check.StartsWith("Disk ", StringComparison.Ordinal));
        Assert.Equal(HealthStatus.Unhealthy, disk.Status);
        Assert.Contains("disk", disk.NextStep, StringComparison.Ordinal);
        Assert.Equal("environment", disk.Threshold!.Source);
    }

    [Fact]
    public async Task A_path_picks_its_disk_and_a_wrong_one_is_an_error()
    {
        var environment = new CivicQEnvironment { Name = "t" };
        var found = await HostMonitor.MeasureAsync(environment, TimeSpan.FromMilliseconds(10), [Path.GetTempPath()], CancellationToken.None);
        Assert.Single(found, resource => resource.Resource == HostResourceKind.Disk);
        var error = await Assert.ThrowsAsync<OperationException>(
            () => HostMonitor.MeasureAsync(environment, TimeSpan.FromMilliseconds(10), ["/no/such/path"], CancellationToken.None));
        Assert.Equal(HostErrors.PathNotFound, error.Definition);
    }

    [Fact]
    public async Task Another_machines_environment_is_not_judged_by_this_one()
    {
        var environment = new CivicQEnvironment { Name = "t", LocalHost = false };
        var results = await HealthRunner.CheckOneAsync(new HostHealthProbe(), TestContexts.Create(environment), ThresholdSet.For(environment), CancellationToken.None);
        Assert.Equal(HealthStatus.NotConfigured, Assert.Single(results).Status);
    }
}
