namespace SeqCluster.Silo.Storage;

/// <summary>SQLite's primary result codes (https://www.sqlite.org/rescode.html) that say something of the file and its disk.</summary>
internal static class SqliteCodes
{
    public const int Busy = 5;
    public const int Locked = 6;
    public const int OutOfMemory = 7;
    public const int ReadOnly = 8;
    public const int IoError = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int Protocol = 15;
    public const int NotADatabase = 26;
}
