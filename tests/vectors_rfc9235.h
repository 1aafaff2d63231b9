/* vectors_rfc9235.h — test vectors of RFC 9235 for TCP-AO, by their sections. The
 * secret is "testvector"; the MAC is what the option in the datagram holds. */
#ifndef TCPLAB_TESTS_VECTORS_RFC9235_H
#define TCPLAB_TESTS_VECTORS_RFC9235_H

#include "net/signature.h"

struct vector {
	const char *section;
	const char *datagram; /* in hexadecimal, as is the key */
	const char *traffic_key;
	uint32_t src_isn;
	uint32_t dst_isn;
	enum signing_algorithm algorithm;
	bool text_only;
};

static const struct vector vectors[] = {
	{
		.section = "4.1.1",
		.datagram = "45e0004cdd0f4000ff06bf6b0a0b0c0dac1b1c1de9d700b3fbfbab5a00000000"
			    "e002ffffcac40000020405b4010303080402080a00155ab7000000001d103d54"
			    "2ee437c6f8ede6d7c4d602e7",
		.traffic_key = "6d63ef1b02fe1509d4b1402707fd7b0416abb74f",
		.src_isn = 0xfbfbab5a,
		.dst_isn = 0x0,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = false,
	},
	{
		.section = "4.1.2",
		.datagram = "45e0004c65064000ff063775ac1b1c1d0a0b0c0d00b3e9d711c14261fbfbab5b"
			    "e012ffff37760000020405b4010303080402080a84a50beb00155ab71d10543d"
			    "eeab0fe24c3010815116b3be",
		.traffic_key = "d9e217e4834a80ca2f3fd8de2e41b8e6797fea96",
		.src_isn = 0x11c14261,
		.dst_isn = 0xfbfbab5a,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = false,
	},
	{
		.section = "4.1.3",
		.datagram = "45e0008736a14000ff06659f0a0b0c0dac1b1c1de9d700b3fbfbab5b11c14262"
			    "c0180104a16200000101080a00155ac184a50beb1d103d547064cf998cc6c315"
			    "c2c2e2bfffffffffffffffffffffffffffffffff00430104dabf00b40a0b0c0d"
			    "260206010400010001020280000202020002024200020641040000dabf020840"
			    "06006400010100",
		.traffic_key = "d2e59c65ffc7b1a39347656463b70edc24a13d71",
		.src_isn = 0xfbfbab5a,
		.dst_isn = 0x11c14261,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = false,
	},
	{
		.section = "4.1.4",
		.datagram = "45e000871fa94000ff067c97ac1b1c1d0a0b0c0d00b3e9d711c14262fbfbab9e"
			    "c0180100400c00000101080a84a50bf500155ac11d10543da63f0ecbbb2e635c"
			    "954deac7ffffffffffffffffffffffffffffffff00430104dac000b4ac1b1c1d"
			    "260206010400010001020280000202020002024200020641040000dac0020840"
			    "06006400010100",
		.traffic_key = "d9e217e4834a80ca2f3fd8de2e41b8e6797fea96",
		.src_isn = 0x11c14261,
		.dst_isn = 0xfbfbab5a,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = false,
	},
	{
		.section = "4.2.1",
		.datagram = "45e0004c53994000ff0648e20a0b0c0dac1b1c1dff1200b3cb0efbee00000000"
			    "e002ffff541f0000020405b4010303080402080a00024cce000000001d103d54"
			    "80af3cfeb85368937b8f9ec2",
		.traffic_key = "30eaa1560cf0be57dab5c045229fb10a423cd7ea",
		.src_isn = 0xcb0efbee,
		.dst_isn = 0x0,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = true,
	},
	{
		.section = "4.2.2",
		.datagram = "45e0004c32844000ff0669f7ac1b1c1d0a0b0c0d00b3ff12acd5b5e1cb0efbef"
			    "e012ffff388e0000020405b4010303080402080a576772f300024cce1d10543d"
			    "09306f9acea63a8c68cb9a70",
		.traffic_key = "b5b2896bb3664e8176b0edc6e799524101a8307f",
		.src_isn = 0xacd5b5e1,
		.dst_isn = 0xcb0efbee,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = true,
	},
	{
		.section = "4.2.3",
		.datagram = "45e00087a8f54000ff06f34a0a0b0c0dac1b1c1dff1200b3cb0efbefacd5b5e2"
			    "c01801046c4500000101080a00024cce576772f31d103d54710608cc696c03a2"
			    "71c93aa5ffffffffffffffffffffffffffffffff00430104dabf00b40a0b0c0d"
			    "260206010400010001020280000202020002024200020641040000dabf020840"
			    "06006400010100",
		.traffic_key = "f3db1793d7910ecd806c34f155ea1f00345953e3",
		.src_isn = 0xcb0efbee,
		.dst_isn = 0xacd5b5e1,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = true,
	},
	{
		.section = "4.2.4",
		.datagram = "45e0008754374000ff064809ac1b1c1d0a0b0c0d00b3ff12acd5b5e2cb0efc32"
			    "c018010046b600000101080a576772f300024cce1d10543d97766e48ac262de9"
			    "ae61b4f9ffffffffffffffffffffffffffffffff00430104dac000b4ac1b1c1d"
			    "260206010400010001020280000202020002024200020641040000dac0020840"
			    "06006400010100",
		.traffic_key = "b5b2896bb3664e8176b0edc6e799524101a8307f",
		.src_isn = 0xacd5b5e1,
		.dst_isn = 0xcb0efbee,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = true,
	},
	{
		.section = "5.1.1",
		.datagram = "45e0004c7b9f4000ff0620dc0a0b0c0dac1b1c1dc4fa00b3787a1ddf00000000"
			    "e002ffff5a0f0000020405b4010303080402080a00017ed0000000001d103d54"
			    "e477e99c8040765498e55091",
		.traffic_key = "f5b8b3d5f34fdbb6eb8d4ab9660e60e3",
		.src_isn = 0x787a1ddf,
		.dst_isn = 0x0,
		.algorithm = SIGNING_AES_CMAC,
		.text_only = false,
	},
	{
		.section = "6.1.1",
		.datagram = "6e0891dc00380640fd000000000000000000000000000001fd00000000000000"
			    "0000000000000002f7e400b3176a833f00000000e002ffff47210000020405a0"
			    "010303080402080a0041d087000000001d103d549033ec3d7334b64c5edd039f",
		.traffic_key = "625ec09d575836edc9b6428418bbf06989a361bb",
		.src_isn = 0x176a833f,
		.dst_isn = 0x0,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = false,
	},
	{
		.section = "6.1.2",
		.datagram = "6e01009e00380640fd000000000000000000000000000002fd00000000000000"
			    "000000000000000100b3f7e43f51994b176a8340e012ffffbfec0000020405a0"
			    "010303080402080abd33129b0041d0871d10543df1cba346c3526163f71f1f55",
		.traffic_key = "e4a37ada2a0afca8711434913fe138c771ebcb4a",
		.src_isn = 0x3f51994b,
		.dst_isn = 0x176a833f,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = false,
	},
	{
		.section = "6.2.2",
		.datagram = "6e0a7e1f00380640fd000000000000000000000000000002fd00000000000000"
			    "000000000000000100b3c6cdeba3734d020c1e6ae012ffff774d0000020405a0"
			    "010303080402080a5ec99b70009db95b1d10543d3c546bad9743f12df8b8010d",
		.traffic_key = "405108947f996575e7bdbc26d40216a2c7fa91bd",
		.src_isn = 0xeba3734d,
		.dst_isn = 0x020c1e69,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = true,
	},
	{
		.section = "6.2.4",
		.datagram = "6e0a7e1f00730640fd000000000000000000000000000002fd00000000000000"
			    "000000000000000100b3c6cdeba3734e020c1eadc0180100716a00000101080a"
			    "5ec99b7a009db9651d10543d559a819445b4fde98d9e1317ffffffffffffffff"
			    "ffffffffffffffff00430104fde800b40101017a260206010400010001020280"
			    "000202020002024200020641040000fde802084006006400010100",
		.traffic_key = "405108947f996575e7bdbc26d40216a2c7fa91bd",
		.src_isn = 0xeba3734d,
		.dst_isn = 0x020c1e69,
		.algorithm = SIGNING_HMAC_SHA1,
		.text_only = true,
	},
	{
		.section = "7.1.2",
		.datagram = "6e06152000380640fd000000000000000000000000000002fd00000000000000"
			    "000000000000000100b3f85aa6744ecb193cccede012ffffeabb0000020405a0"
			    "010303080402080a71daabc813e4ab991d10543ddc2843a84e78a6bcfdc5ed80",
		.traffic_key = "cf1b1e225e06a63616764a067b46f4b1",
		.src_isn = 0xa6744ecb,
		.dst_isn = 0x193cccec,
		.algorithm = SIGNING_AES_CMAC,
		.text_only = false,
	},
	{
		.section = "7.1.4",
		.datagram = "6e06152000730640fd000000000000000000000000000002fd00000000000000"
			    "000000000000000100b3f85aa6744ecc193ccd30c018010052f400000101080a"
			    "71daabd313e4aba31d10543dc1069b7dfd3d693a6df3f289ffffffffffffffff"
			    "ffffffffffffffff00430104fde800b40101017a260206010400010001020280"
			    "000202020002024200020641040000fde802084006006400010100",
		.traffic_key = "cf1b1e225e06a63616764a067b46f4b1",
		.src_isn = 0xa6744ecb,
		.dst_isn = 0x193cccec,
		.algorithm = SIGNING_AES_CMAC,
		.text_only = false,
	},
};

#endif
