#!/usr/bin/env bash
# truth.sh — what a replay infers is what really happened.
#
# The simulator knows the truth. Each scenario with one connection between two
# hosts is run and exported as pcapng, which holds what either host saw; a
# capture from one host's side is replayed; and what the replay infers must be
# what the run was: the states that both ends went through, and at the sender's
# side the segments that were lost and sent again. Then the same for transfers
# over a link that loses three of a hundred packets by chance.
set -eu
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}

command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
TOP=$TOP TCPLAB=$TCPLAB SCRATCH=$scratch python3 - <<'END_OF_PYTHON'
import collections
import glob
import json
import os
import struct
import subprocess
import sys

TCPLAB, SCRATCH = os.environ["TCPLAB"], os.environ["SCRATCH"]
SEEDS = range(1, 9)
INTERFACE, ENHANCED_PACKET = 1, 6


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode > 1:
        sys.exit(f"{' '.join(words)}: exit status {done.returncode}\n{done.stderr}")
    return done.stdout


def events(*words):
    lines = (json.loads(line) for line in run(TCPLAB, *words, "--json").splitlines())
    return [line for line in lines if "kind" in line]


def captured_at(host, pcapng):
    """The packets that host number `host` saw, as a plain pcap, without what we wrote beside them."""
    path, links = f"{SCRATCH}/{host}.pcap", []
    with open(pcapng, "rb") as blocks, open(path, "wb") as out:
        while head := blocks.read(8):
            kind, length = struct.unpack("<II", head)
            body = blocks.read(length - 8)
            if kind == INTERFACE:
                if len(links) == host:
                    out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, body[0]))
                links.append(body[0])
            elif kind == ENHANCED_PACKET:
                interface, high, low, here, whole = struct.unpack_from("<IIIII", body)
                if interface == host:
                    seconds, ns = divmod(high << 32 | low, 10**9)
                    out.write(struct.pack("<IIII", seconds, ns // 1000, here, whole))
                    out.write(body[20:20 + here])
    return path


def states(of, host):
    """Without what comes after the capture, and a listener whom nobody calls."""
    went = [e["to"] for e in of if e["kind"] == "transition" and e["host"].lower() == host]
    if went[-2:] == ["TIME-WAIT", "CLOSED"]:
        went.pop()
    return [] if went == ["LISTEN"] else went


def segments(of):
    return {e["packet"]: e for e in of if e["kind"] in ("send", "duplicated") and "segment" in e}


def place(segment):
    return segment["seq"], segment["len"], segment["flags"]


def takes_space(segment):
    return segment["len"] > 0 or "SYN" in segment["flags"] or "FIN" in segment["flags"]


def sent_again(sent, packet, host):
    first = sent[packet]["segment"]["seq"]
    return any(number > packet and e["host"].lower() == host and
               e["segment"]["seq"] <= first < e["segment"]["seq"] + max(1, e["segment"]["len"])
               for number, e in sent.items())


def lost(of, host, repeated=False):
    """A corrupted segment is lost to its receiver."""
    sent, found = segments(of), collections.Counter()
    for e in of:
        if e["kind"] not in ("lost", "corrupted") or e["packet"] not in sent:
            continue
        sending = sent[e["packet"]]
        if sending["host"].lower() == host and takes_space(sending["segment"]) and (
                not repeated or sent_again(sent, e["packet"], host)):
            found[place(sending["segment"])] += 1
    return found


def is_simple(of):
    """Two hosts, one connection, and nobody forgets it."""
    opened = {(e["segment"]["src"], e["segment"]["sport"], e["segment"]["seq"]) for e in of
              if e["kind"] == "send" and "segment" in e and e["segment"]["flags"] == "SYN"}
    return {e["host"].lower() for e in of if e["kind"] == "send"} == {"client", "server"} and (
        len({o[0] for o in opened}) == len(opened)) and all(
        e.get("call") != "reboot" for e in of)


def compare(name, scenario, complaints):
    """Returns losses: true ones, found ones, and found ones that were none."""
    true = events("run", scenario)
    if not is_simple(true):
        return None
    run(TCPLAB, "export", scenario, "-o", f"{SCRATCH}/all.pcapng")
    sums = [0, 0, 0]
    for number, side in enumerate(("client", "server")):
        inferred = events("replay", captured_at(number, f"{SCRATCH}/all.pcapng"))
        for host in ("client", "server"):
            if states(true, host) != states(inferred, host):
                complaints.append(f"{name}, seen from the {side}: the {host} was in "
                                  f"{states(true, host)}, inferred: {states(inferred, host)}")
        were, found = lost(true, side, repeated=True), lost(inferred, side)
        for missed in (were - found):
            complaints.append(f"{name}: not seen to be lost from the {side}: {missed}")
        sums = [sums[0] + sum(were.values()), sums[1] + sum((were & found).values()),
                sums[2] + sum((found - were).values())]
    return sums


def transfer(seed):
    path = f"{SCRATCH}/transfer.json"
    link = {"between": ["client", "server"], "delay_ms": 20, "rate_mbps": 10,
            "faults": [{"lose_percent": 3}]}
    with open(path, "w") as out:
        json.dump({
            "title": "A transfer with losses", "seed": seed, "links": [link],
            "hosts": {"client": {"address": "10.0.0.1", "profile": "linux"},
                      "server": {"address": "10.0.0.2", "profile": "linux"}},
            "applications": {
                "server": [{"at_ms": 0, "listen": 80}, {"on": "closing", "close": True}],
                "client": [{"at_ms": 0, "connect": "server:80"},
                           {"on": "connected", "send": 200000},
                           {"on": "connected", "close": True}]}}, out)
    return path


complaints, scenarios, totals = [], 0, [0, 0, 0]
for scenario in sorted(glob.glob(os.environ["TOP"] + "/scenarios/[0-9]*.json")):
    sums = compare(os.path.basename(scenario), scenario, complaints)
    scenarios += sums is not None
for seed in SEEDS:
    sums = compare(f"transfer with seed {seed}", transfer(seed), complaints)
    totals = [a + b for a, b in zip(totals, sums)]
if scenarios < 10:
    complaints.append(f"only {scenarios} scenarios could be compared")
if totals[0] < 20 or totals[2] > totals[0] / 20:
    complaints.append(f"of {totals[0]} losses by chance {totals[1]} were found, "
                      f"and {totals[2]} that were none")
print(*complaints, sep="\n", end="\n" if complaints else "")
if complaints:
    sys.exit(1)
print(f"{scenarios} scenarios from both sides; {totals[1]} of {totals[0]} losses by chance found, "
      f"{totals[2]} wrongly")
END_OF_PYTHON
