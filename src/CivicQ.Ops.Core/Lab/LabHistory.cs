using System.Globalization;
using System.Text;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Writes the logs of the day before: what the API would have logged had it run. The same every time, but for the clock.</summary>
internal static class LabHistory
{
    private static readonly (string Path, int Weight, int Bytes, double Seconds)[] Routes =
    [
        ("/api/v1/questions", 40, 5200, 0.018), ("/api/v1/contests", 20, 2900, 0.011), ("/", 15, 612, 0.002), ("/api/v1/contests/3/candidates", 12, 480, 0.009),
        ("/api/v1/questions/42", 10, 340, 0.006), ("/health", 2, 118, 0.004), ("/api/v1/search", 1, 900, 0.42),
    ];

    private static readonly string[] Errors =
    [
        "ERROR [app.tasks] process_video failed for video {0}: codec not supported",
        "ERROR [app.db] QueuePool limit of size 20 overflow 10 reached, connection timed out, timeout 30.00",
        "ERROR [app.services.email] SMTP 451 temporary failure for user {0}",
    ];

    /// <summary>Writes both logs. No error lies within the last hour: the lab starts healthy.</summary>
    public static void Write(string accessLog, string applicationLog, int scale)
    {
        var random = new Random(20260214);
        var now = DateTime.UtcNow;
        var access = new StringBuilder();
        var application = new StringBuilder();
        var lines = 3000 * scale;
        var total = Routes.Sum(route => route.Weight);
        for (var i = 0; i < lines; i++)
        {
            var time = now.AddDays(-1).AddSeconds(i * 86000.0 / lines);
            var pick = random.Next(total);
            var route = Routes.First(candidate => (pick -= candidate.Weight) < 0);
            var failed = now - time > TimeSpan.FromMinutes(70) && random.Next(400) == 0;
            var seconds = route.Seconds * (0.5 + (-Math.Log(1 - random.NextDouble())));
            access.Append(CultureInfo.InvariantCulture, $"203.0.113.{random.Next(1, 250)} - - [{time:dd/MMM/yyyy:HH:mm:ss} +0000] \"GET {route.Path} HTTP/1.1\" {(failed ? 500 : 200)} {(failed ? 34 : route.Bytes)} \"https://civicq.example.com/\" \"Mozilla/5.0\" {seconds:0.000}\n");
            if (failed)
            {
                application.Append(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd HH:mm:ss,fff} {string.Format(CultureInfo.InvariantCulture, Errors[random.Next(Errors.Length)], random.Next(1, 300))}\n");
            }
            else if (i % 60 == 0)
            {
                application.Append(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd HH:mm:ss,fff} INFO [app.main] {i + 1} requests served\n");
            }
        }

        LabFiles.Write(accessLog, access.ToString());
        LabFiles.Write(applicationLog, application.ToString());
    }
}
