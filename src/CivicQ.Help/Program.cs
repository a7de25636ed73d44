using CivicQ.Help;

var options = HelpOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine("Usage: " + HelpOptions.Usage);
    return 2;
}

try
{
    var problems = new HelpGenerator(options).Run();
    foreach (var problem in problems)
    {
        Console.WriteLine(problem);
    }

    return problems.Count == 0 ? 0 : 1;
}
catch (Exception error) when (error is IOException or BadImageFormatException or UnauthorizedAccessException)
{
    Console.WriteLine($"{options.Assembly}(1): error HELP000: {error.Message}");
    return 1;
}
