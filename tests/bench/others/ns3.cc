// ns3.cc — the work of tests/bench/work.h, done by ns-3: for a comparison, where
// libns3-dev is installed.
//
//     ns3 bulk | seeds | short | dumbbell | hosts
//
// Prints CPU time in nanoseconds, how much was done, and when in simulated time
// the last of it was. Left as ns-3 has it: text is a count of octets, checksums
// are neither written nor verified, and nothing is recorded.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/traffic-control-module.h"

using namespace ns3;

namespace
{

struct Outcome {
	int64_t cpu;
	uint64_t count;
	int64_t ended; // nanoseconds
};

int64_t cpuTime()
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000000) +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * INT64_C(1000);
}

// Time that something takes.
int64_t cpuOf(const std::function<void()> &work)
{
	int64_t before = cpuTime();

	work();
	return cpuTime() - before;
}

uint64_t packets;

void countPacket(Ptr<const Packet>)
{
	packets++;
}

uint64_t octets;
uint64_t awaited; // the simulation ends when so many have arrived
int64_t ended;

void countOctets(Ptr<const Packet> packet, const Address &)
{
	octets += packet->GetSize();
	if (octets < awaited)
		return;
	ended = Simulator::Now().GetNanoSeconds();
	Simulator::Stop();
}

void configure()
{
	Config::SetDefault("ns3::TcpL4Protocol::SocketType",
			   TypeIdValue(TcpLinuxReno::GetTypeId()));
	Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
	Config::SetDefault("ns3::TcpSocket::InitialCwnd", UintegerValue(10));
	Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(8 << 20));
	// With 4 MiB, as tcplab has in the same place, ns-3 3.37 crashes in the bulk transfer.
	Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(8 << 20));
}

// A link between two nodes, whose addresses are 10.`number`.1 and .2.
NetDeviceContainer link(Ptr<Node> from, Ptr<Node> to, const char *rate, const char *delay,
			const char *queue)
{
	static uint32_t number;
	PointToPointHelper helper;
	Ipv4AddressHelper addresses(Ipv4Address(0x0a000000 + (++number << 8)), "255.255.255.0");

	helper.SetDeviceAttribute("DataRate", StringValue(rate));
	helper.SetChannelAttribute("Delay", StringValue(delay));
	helper.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue(queue));
	NetDeviceContainer devices = helper.Install(from, to);
	addresses.Assign(devices);
	TrafficControlHelper().Uninstall(devices); // one queue is enough
	return devices;
}

Ipv4Address addressOf(Ptr<Node> host)
{
	return host->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
}

void listen(Ptr<Node> host, uint16_t port)
{
	PacketSinkHelper sink("ns3::TcpSocketFactory",
			      InetSocketAddress(Ipv4Address::GetAny(), port));

	sink.Install(host).Get(0)->TraceConnectWithoutContext("Rx", MakeCallback(&countOctets));
}

void send(Ptr<Node> from, Ptr<Node> to, uint16_t port, uint64_t count, Time at)
{
	BulkSendHelper bulk("ns3::TcpSocketFactory", InetSocketAddress(addressOf(to), port));

	bulk.SetAttribute("MaxBytes", UintegerValue(count)); // 0: for ever
	// What is said in larger pieces ns-3 cuts up: that takes five times as long.
	bulk.SetAttribute("SendSize", UintegerValue(1448));
	bulk.Install(from).Start(at);
}

// ---- two hosts, and a bottleneck between them ----

Outcome transfer(uint64_t count, double loss, uint64_t seed)
{
	Outcome outcome;
	NodeContainer hosts;

	RngSeedManager::SetRun(seed);
	hosts.Create(2);
	InternetStackHelper().Install(hosts);
	NetDeviceContainer devices = link(hosts.Get(0), hosts.Get(1), "100Mbps", "10ms", "100p");
	Ptr<RateErrorModel> lose = CreateObject<RateErrorModel>();
	lose->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
	lose->SetRate(loss);
	devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(lose));
	for (uint32_t i = 0; i < 2; i++)
		devices.Get(i)->TraceConnectWithoutContext("MacTx", MakeCallback(&countPacket));
	packets = octets = 0;
	awaited = count;
	listen(hosts.Get(1), 80);
	send(hosts.Get(0), hosts.Get(1), 80, count, Seconds(0));
	outcome.cpu = cpuOf([] { Simulator::Run(); });
	outcome.count = packets;
	outcome.ended = ended;
	if (octets != count) {
		std::fprintf(stderr, "only %llu octets arrived\n", (unsigned long long)octets);
		std::exit(1);
	}
	Simulator::Destroy();
	return outcome;
}

Outcome bulk()
{
	return transfer(100000000, 0.001, 1);
}

// Building the network and tearing it down is part of this work.
Outcome seeds()
{
	Outcome all = {0, 200, 0};

	all.cpu = cpuOf([&] {
		for (uint64_t seed = 1; seed <= all.count; seed++)
			all.ended += transfer(10000, 0.01, seed).ended;
	});
	return all;
}

// ---- many short connections ----

enum { PORTS = 10, QUESTION = 100 };

uint64_t closed;

void drain(Ptr<Socket> socket)
{
	for (Ptr<Packet> packet = socket->Recv(); packet; packet = socket->Recv())
		octets += packet->GetSize();
}

void closeToo(Ptr<Socket> socket)
{
	socket->Close();
	closed++;
	ended = Simulator::Now().GetNanoSeconds();
}

void accepted(Ptr<Socket> socket, const Address &)
{
	socket->SetRecvCallback(MakeCallback(&drain));
	socket->SetCloseCallbacks(MakeCallback(&closeToo), MakeCallback(&closeToo));
}

void connected(Ptr<Socket> socket)
{
	socket->Send(Create<Packet>(QUESTION));
	socket->Close();
}

void failed(Ptr<Socket>)
{
	std::fprintf(stderr, "a connection failed\n");
	std::exit(1);
}

void openOne(Ptr<Node> client, Ptr<Node> server, uint64_t number)
{
	Ptr<Socket> socket = Socket::CreateSocket(client, TcpSocketFactory::GetTypeId());

	socket->SetConnectCallback(MakeCallback(&connected), MakeCallback(&failed));
	socket->Connect(InetSocketAddress(addressOf(server), 1000 + number % PORTS));
}

Outcome shortOnes()
{
	Outcome outcome = {0, 10000, 0};
	NodeContainer hosts;
	std::vector<Ptr<Socket>> listeners;

	hosts.Create(2);
	InternetStackHelper().Install(hosts);
	link(hosts.Get(0), hosts.Get(1), "10Gbps", "1ms", "1000p");
	for (int i = 0; i < PORTS; i++) {
		Ptr<Socket> socket =
			Socket::CreateSocket(hosts.Get(1), TcpSocketFactory::GetTypeId());

		socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 1000 + i));
		socket->Listen();
		socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address &>(),
					  MakeCallback(&accepted));
		listeners.push_back(socket);
	}
	for (uint64_t i = 0; i < outcome.count; i++)
		Simulator::Schedule(MilliSeconds(i), &openOne, hosts.Get(0), hosts.Get(1), i);
	outcome.cpu = cpuOf([] { Simulator::Run(); });
	outcome.ended = ended;
	if (octets != outcome.count * QUESTION || closed != outcome.count) {
		std::fprintf(stderr, "%llu octets, %llu closed\n", (unsigned long long)octets,
			     (unsigned long long)closed);
		std::exit(1);
	}
	Simulator::Destroy();
	return outcome;
}

// ---- a hundred flows through one bottleneck ----

// From so many hosts to as many.
Outcome dumbbell(uint32_t pairs)
{
	const uint32_t flows = 100;
	Outcome outcome = {0, 60, 0};
	NodeContainer routers, senders, receivers;

	routers.Create(2);
	senders.Create(pairs);
	receivers.Create(pairs);
	InternetStackHelper().Install(NodeContainer(routers, senders, receivers));
	link(routers.Get(0), routers.Get(1), "100Mbps", "10ms", "1000p");
	for (uint32_t i = 0; i < pairs; i++) {
		link(senders.Get(i), routers.Get(0), "10Gbps", "1ms", "100000p");
		link(receivers.Get(i), routers.Get(1), "10Gbps", "1ms", "100000p");
	}
	Ipv4GlobalRoutingHelper::PopulateRoutingTables();
	awaited = UINT64_MAX;
	for (uint32_t i = 0; i < flows; i++) {
		listen(receivers.Get(i % pairs), 1000 + i);
		send(senders.Get(i % pairs), receivers.Get(i % pairs), 1000 + i, 0,
		     MilliSeconds(10 * i));
	}
	Simulator::Stop(Seconds(60));
	outcome.cpu = cpuOf([] { Simulator::Run(); });
	outcome.ended = (int64_t)octets;
	std::fprintf(stderr, "%.1f Mb/s\n", (double)octets * 8 / 60 / 1e6);
	Simulator::Destroy();
	return outcome;
}

Outcome dumbbellOfTwo()
{
	return dumbbell(1);
}

Outcome dumbbellOfMany()
{
	return dumbbell(100);
}

} // namespace

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		Outcome (*work)();
	} works[] = {
		{"bulk", bulk},
		{"seeds", seeds},
		{"short", shortOnes},
		{"dumbbell", dumbbellOfTwo},
		{"hosts", dumbbellOfMany},
	};

	configure();
	for (const auto &work : works) {
		if (argc != 2 || std::strcmp(argv[1], work.name) != 0)
			continue;
		Outcome outcome = work.work();
		std::printf("%lld %llu %llx\n", (long long)outcome.cpu,
			    (unsigned long long)outcome.count, (unsigned long long)outcome.ended);
		return 0;
	}
	std::fprintf(stderr, "usage: %s bulk|seeds|short|dumbbell|hosts\n", argv[0]);
	return 2;
}
