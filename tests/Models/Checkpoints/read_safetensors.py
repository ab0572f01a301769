"""Reads a safetensors file with struct and json alone; prints metadata, tensors and the weights hash as JSON."""
import hashlib
import json
import struct
import sys

with open(sys.argv[1], "rb") as file:
    data = file.read()
(length,) = struct.unpack("<Q", data[:8])
header = json.loads(data[8:8 + length])
content = data[8 + length:]
metadata = header.pop("__metadata__", {})
digest = hashlib.sha256(b"seqcluster-weights-1")
tensors = {}
for name in sorted(header):
    entry = header[name]
    begin, end = entry["data_offsets"]
    part = content[begin:end]
    for text in (name, entry["dtype"]):
        digest.update(struct.pack("<I", len(text.encode())) + text.encode())
    digest.update(struct.pack("<I", len(entry["shape"])) + b"".join(struct.pack("<q", size) for size in entry["shape"]))
    digest.update(struct.pack("<Q", len(part)) + part)
    kind = {"F32": "f", "F64": "d", "I64": "q", "U8": "B", "BOOL": "?"}[entry["dtype"]]
    values = struct.unpack(f"<{len(part) // struct.calcsize(kind)}{kind}", part)
    tensors[name] = {"shape": entry["shape"], "aligned": (8 + length + begin) % struct.calcsize(kind) == 0, "values": [float(v) for v in values]}
print(json.dumps({"metadata": metadata, "tensors": tensors, "hash": digest.hexdigest()}))
