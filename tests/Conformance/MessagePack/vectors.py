"""Writes vectors.json beside this file: what the independent python3-msgpack makes of the values that the tests name.

Run with the distribution's Python (apt install python3-msgpack): /usr/bin/python3 vectors.py
"""

import json
import pathlib

import msgpack


def at(seconds, nanoseconds=0):
    return msgpack.Timestamp(seconds, nanoseconds)


def f32(value):
    return msgpack.packb(value, use_single_float=True)


INTEGERS = [
    0, 1, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1,
    -1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1, -(2**63),
]
FLOATS = [0.0, -0.0, 1.5, -2.25, 1e300, float("inf"), float("-inf"), 5e-324]
SINGLES = [0.0, -0.0, 1.5, -2.25, 3.4028234663852886e38, float("inf"), 1.401298464324817e-45]
LENGTHS = [0, 1, 31, 32, 255, 256, 65535, 65536]
COUNTS = [0, 1, 15, 16, 65535, 65536]

vectors = {}


def add(name, packed, value=None):
    # Long vectors are mostly one repeated byte: their head and length say all.
    entry = {"hex": packed[:64].hex(), "length": len(packed)}
    if value is not None:
        entry["value"] = value
    vectors[name] = entry


for number in INTEGERS:
    add(f"integer {number}", msgpack.packb(number), str(number))
for number in FLOATS:
    add(f"double {number!r}", msgpack.packb(number), repr(number))
for number in SINGLES:
    add(f"single {number!r}", f32(number), repr(number))
for length in LENGTHS:
    add(f"text {length}", msgpack.packb("a" * length))
    add(f"binary {length}", msgpack.packb(b"\x07" * length))
for count in COUNTS:
    add(f"array {count}", msgpack.packb([0] * count))
    add(f"map {count}", msgpack.packb({n: 0 for n in range(count)}))
for seconds, nanoseconds in [
    (0, 0), (1, 0), (2**32 - 1, 0), (2**32, 0), (0, 100), (1700000000, 123456700), (2**34 - 1, 999999900),
    (2**34, 0), (-1, 0), (-62135596800, 0), (253402300799, 999999900),
]:
    add(f"timestamp {seconds} {nanoseconds}", msgpack.packb(at(seconds, nanoseconds)), f"{seconds} {nanoseconds}")

add("nil", msgpack.packb(None))
add("true", msgpack.packb(True))
add("false", msgpack.packb(False))
add("unicode", msgpack.packb("gr\u00fc\u00dfe \u4f60\u597d \U0001f600"))
add("single array", f32([1.0, -2.5, 0.0]))
add("double array", msgpack.packb([1.0, -2.5, 0.0]))
add("heartbeat", f32([3, 123456, "worker-03", 0.25, True, at(1700000000), None, b"\x01\x02", [1, 2, 3]]))
add("gaps", msgpack.packb([None, "one", None, None, 4]))
add("by name", msgpack.packb({"Step": 12, "Name": "a"}))
add("union", msgpack.packb([1, [640, 480]]))
add("guid", msgpack.packb("01234567-89ab-cdef-0123-456789abcdef"))
add("decimal", msgpack.packb("-79228162514264337593543950335"))
add("time span", msgpack.packb(36000000000))
add("date time offset", msgpack.packb([at(1700003600), 60]))
add("address", msgpack.packb("https://example.org/a?b=c"))
add("character", msgpack.packb(8364))
add("tuple", msgpack.packb([1, "two", None]))
add("nested", msgpack.packb({"a": [[1], [2, 3]], "b": []}))

path = pathlib.Path(__file__).with_name("vectors.json")
lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in vectors.items())
path.write_text("{\n" + lines + "\n}\n")
print(f"{path}: {len(vectors)} vectors by msgpack {'.'.join(map(str, msgpack.version))}")
