// The worker speaks to libsrtp 3; distributions ship libsrtp 2. This header gives the few calls of version 3 that the
// worker makes, on top of version 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Version 2 calls its plain struct srtp_policy_t; version 3 gives that name to an opaque pointer.
#define srtp_policy_t engawa_srtp2_policy_t
extern "C"
{
#include <srtp2/srtp.h>
}
#undef srtp_policy_t

// Error codes that version 2 lacks. Their values follow its last one, srtp_err_status_pkt_idx_adv = 27.
inline constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
inline constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

struct engawa_srtp_policy
{
	engawa_srtp2_policy_t policy{};
	// Master key and, right behind it, the salt, as version 2 wants them.
	uint8_t keyAndSalt[SRTP_MAX_KEY_LEN]{};
};

using srtp_policy_t = engawa_srtp_policy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	*policy = new (std::nothrow) engawa_srtp_policy();

	return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
	if (policy)
	{
		// A volatile write is not optimised away: the key must not stay behind in freed memory.
		volatile uint8_t* key = policy->keyAndSalt;

		for (size_t i{ 0 }; i < sizeof(policy->keyAndSalt); ++i)
		{
			key[i] = 0;
		}
	}

	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->policy.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const auto err = srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);

	if (err != srtp_err_status_ok)
	{
		return err;
	}

	// With the 32 bit tag profile RTCP keeps its tag of 80 bits (RFC 5764, 4.1.2), which this function knows.
	return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->policy.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const uint8_t* key,
  size_t keyLen,
  const uint8_t* salt,
  size_t saltLen,
  const uint8_t* /*mki*/,
  size_t mkiLen)
{
	if (keyLen + saltLen > sizeof(policy->keyAndSalt) || mkiLen != 0)
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(policy->keyAndSalt, key, keyLen);
	std::memcpy(policy->keyAndSalt + keyLen, salt, saltLen);
	policy->policy.key = policy->keyAndSalt;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	policy->policy.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t windowSize)
{
	policy->policy.window_size = windowSize;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	return ::srtp_create(session, const_cast<const engawa_srtp2_policy_t*>(&policy->policy));
}

// Both versions take the SSRC as it lies in the packet, in network byte order.
inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return ::srtp_remove_stream(session, ssrc);
}

namespace engawa_srtp
{
	using InPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

	// Version 2 works in place: the input is first copied to the output buffer. `room` is what the call may add.
	inline srtp_err_status_t call(
	  InPlace fn, srtp_t ctx, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t room)
	{
		if (inLen + room > *outLen)
		{
			return srtp_err_status_buffer_small;
		}

		if (in != out)
		{
			std::memmove(out, in, inLen);
		}

		auto len       = static_cast<int>(inLen);
		const auto err = fn(ctx, out, &len);

		if (err == srtp_err_status_ok)
		{
			*outLen = static_cast<size_t>(len);
		}

		return err;
	}

	// SRTCP adds its index (4 bytes) besides the tag.
	inline constexpr size_t RtcpTrailer = SRTP_MAX_TRAILER_LEN + 4;
} // namespace engawa_srtp

inline srtp_err_status_t srtp_protect(
  srtp_t ctx, const uint8_t* rtp, size_t rtpLen, uint8_t* srtp, size_t* srtpLen, size_t /*mkiIndex*/)
{
	return engawa_srtp::call(::srtp_protect, ctx, rtp, rtpLen, srtp, srtpLen, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t ctx, const uint8_t* srtp, size_t srtpLen, uint8_t* rtp, size_t* rtpLen)
{
	return engawa_srtp::call(::srtp_unprotect, ctx, srtp, srtpLen, rtp, rtpLen, 0);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t ctx, const uint8_t* rtcp, size_t rtcpLen, uint8_t* srtcp, size_t* srtcpLen, size_t /*mkiIndex*/)
{
	return engawa_srtp::call(::srtp_protect_rtcp, ctx, rtcp, rtcpLen, srtcp, srtcpLen, engawa_srtp::RtcpTrailer);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t ctx, const uint8_t* srtcp, size_t srtcpLen, uint8_t* rtcp, size_t* rtcpLen)
{
	return engawa_srtp::call(::srtp_unprotect_rtcp, ctx, srtcp, srtcpLen, rtcp, rtcpLen, 0);
}
