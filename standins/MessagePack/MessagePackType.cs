namespace MessagePack;

/// <summary>The families of the MessagePack format, as <see cref="MessagePackReader.NextMessagePackType"/> tells them.</summary>
public enum MessagePackType : byte
{
    /// <summary>The one code that the format never uses (0xc1).</summary>
    Unknown = 0,

    /// <summary>Any integer, signed or not.</summary>
    Integer = 1,

    /// <summary>Nothing.</summary>
    Nil = 2,

    /// <summary>True or false.</summary>
    Boolean = 3,

    /// <summary>A 32-bit or 64-bit floating point number.</summary>
    Float = 4,

    /// <summary>UTF-8 text.</summary>
    String = 5,

    /// <summary>Bytes.</summary>
    Binary = 6,

    /// <summary>A sequence of values.</summary>
    Array = 7,

    /// <summary>A sequence of key and value pairs.</summary>
    Map = 8,

    /// <summary>A type code and bytes; code -1 is a timestamp.</summary>
    Extension = 9,
}
